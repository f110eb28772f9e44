#!/usr/bin/env bash
# Runs every test of the product and ends with one line: "N passed, N failed, N skipped".
#
#   bash tests/run.sh                 everything
#   bash tests/run.sh Domain Carriers only the projects whose name contains one of the words
#   bash tests/run.sh --no-build …    what was built before
#
# On Debian it installs what the tests need and the machine lacks; elsewhere it says what is missing. The .NET SDK must be there already.
# CONFIGURATION=Release tests that build (default Debug). Logs and reports: TestResults/. Exit code: 0 only when everything ran and passed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-Debug}
limit=${TEST_TIMEOUT:-20m} # for one test project
results="$PWD/TestResults"
# Test programs and the servers that they start live for seconds: counting for later optimisation costs them more than it gives.
export DOTNET_TieredPGO=${DOTNET_TieredPGO:-0}
# The same for pages of code that are never writable and executable at once: a start cost about 8 % less CPU without, in two pairs of starts.
export DOTNET_EnableWriteXorExecute=${DOTNET_EnableWriteXorExecute:-0}
# What tests start : the Debian package that has it. A command, or a path that may hold *.
needs=(
  git:git curl:curl kill:procps
  chromium:chromium tshark:tshark node:nodejs npm:npm
  '/usr/lib/postgresql/*/bin/postgres:postgresql' prometheus:prometheus openssl:openssl systemd-analyze:systemd faketime:faketime
  unshare:util-linux prlimit:util-linux setpriv:util-linux mount:mount
)

say() { printf '%s\n' "$*"; }
stop() { say "$*" >&2; exit 1; }

need_sdk() {
  local wanted
  wanted=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json)
  command -v dotnet >/dev/null || stop "The .NET SDK $wanted or a newer 10.0 one is missing: install it (https://dotnet.microsoft.com/download) and run this again."
  dotnet --version >/dev/null 2>&1 || stop "No .NET SDK fits global.json ($wanted or a newer 10.0 one); installed: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')"
}

is_there() {
  case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    *) PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" type -P "$1" >/dev/null ;;
  esac
}

# Sets missing: the packages, each once.
look_for_needs() {
  local pair
  missing=()
  for pair in "${needs[@]}"; do
    is_there "${pair%%:*}" || [[ " ${missing[*]} " == *" ${pair##*:} "* ]] || missing+=("${pair##*:}")
  done
}

need_commands() {
  local missing as_root=() asked
  look_for_needs
  [ ${#missing[@]} -gt 0 ] || return 0
  asked="${missing[*]}"
  command -v apt-get >/dev/null || stop "The tests need these programs, which are not installed: $asked (names of the Debian packages)."
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || stop "The tests need $asked: run 'apt-get install $asked' as root, then this again."
    as_root=(sudo)
  fi
  say "Installing $asked ..."
  # One source that does not answer must not stop what the others have; whoever holds apt's lock gets time to finish; nobody answers questions.
  # shellcheck disable=SC2016
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c '
    apt-get -o DPkg::Lock::Timeout=300 update -qq || echo "apt-get update failed; trying with the lists there are" >&2
    exec apt-get -o DPkg::Lock::Timeout=300 install -qq -y --no-install-recommends "$@"' sh "${missing[@]}" \
    >"$results/apt.log" 2>&1 </dev/null || { cat "$results/apt.log"; stop "apt-get could not install $asked. Install them by hand, then run this again."; }
  hash -r
  look_for_needs
  [ ${#missing[@]} = 0 ] || { cat "$results/apt.log"; stop "Still missing after the installation of $asked: ${missing[*]}. Install them by hand, then run this again."; }
}

need_node_modules() {
  local lock folder
  while IFS= read -r lock; do
    folder=$(dirname "$lock")
    [ "$folder/node_modules/.package-lock.json" -nt "$lock" ] && continue
    say "Installing the node packages of $folder ..."
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) >"$results/npm.log" 2>&1 </dev/null \
      || { cat "$results/npm.log"; stop "npm could not install the packages of $folder; it needs its registry for that (npm config get registry)."; }
    touch "$folder/node_modules/.package-lock.json"
  done < <(find tests -name package-lock.json -not -path '*/node_modules/*' | sort)
}

build() {
  say "Building ($configuration) ..."
  dotnet build MaskedVerify.sln -c "$configuration" -m:2 -v q -nologo --tl:off -clp:NoSummary >"$results/build.log" 2>&1 </dev/null \
    || { cat "$results/build.log"; stop "The build failed."; }
}

# One number of a whole report; nothing when the report breaks off or has no such number.
# (xunit's own XML, not TRX: that one breaks off at characters which XML does not allow.)
counter() {
  tail -c 100 "$2" | grep -q '</assemblies>' || return 0
  grep -ao '<assembly [^>]*>' "$2" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | head -n 1
}

passed=0 failed=0 skipped=0 bad=() building=yes filters=()
if [ "${1:-}" = --no-build ]; then building=no; shift; fi

run_project() {
  local name=$1 program report log code=0 started total ok ko not errors verdict
  program="tests/$name/bin/$configuration/net10.0/$name"
  report="$results/$name.xml" log="$results/$name.log" started=$SECONDS
  printf '%-34s ' "$name"
  [ -x "$program" ] || { say "NOT BUILT"; bad+=("$name was not built"); return 0; }
  timeout --kill-after=30s "$limit" "$program" "${filters[@]}" --report-xunit-xml --report-xunit-xml-filename "$name.xml" --results-directory "$results" \
    --no-ansi --progress off >"$log" 2>&1 </dev/null || code=$?
  if [ -f "$report" ]; then
    total=$(counter total "$report") ok=$(counter passed "$report") ko=$(counter failed "$report") errors=$(counter errors "$report")
  fi
  if [ -z "${total:-}" ] || [ -z "${ok:-}" ] || [ -z "${ko:-}" ] || [ -z "${errors:-}" ]; then
    verdict="NO RESULT (exit code $code)"; bad+=("$name ended without a result, exit code $code")
  else
    not=$((total - ok - ko))
    passed=$((passed + ok)) failed=$((failed + ko)) skipped=$((skipped + not))
    verdict="$ok passed"
    [ "$ko" = 0 ] || verdict="$verdict, $ko FAILED"
    [ "$not" = 0 ] || verdict="$verdict, $not SKIPPED"
    [ "$total" != 0 ] || bad+=("$name ran no test")
    [ "$errors" = 0 ] || bad+=("$name had $errors errors outside of tests")
    [ "$code" = 0 ] || [ "$ko" != 0 ] || [ "$not" != 0 ] || [ "$total" = 0 ] || bad+=("$name ended with exit code $code")
  fi
  say "$verdict ($((SECONDS - started)) s)"
  [ "$code" = 0 ] || cat "$log"
}

wanted() {
  local name=$1 word
  shift
  [ $# -gt 0 ] || return 0
  for word in "$@"; do [[ $name == *$word* ]] && return 0; done
  return 1
}

mkdir -p "$results"
rm -f "$results"/*.xml "$results"/*.log
need_sdk
need_commands
if [ "$(id -u)" != 0 ]; then
  say "Not root: the few tests that mount a file system or make files immutable are left out."
  filters=(--filter-not-trait Needs=root)
fi
need_node_modules
if [ $building = yes ]; then build; fi
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  if wanted "$name" "$@"; then run_project "$name"; fi
done

for line in "${bad[@]}"; do say "$line"; done
[ $((passed + failed + skipped)) -gt 0 ] || stop "no test ran"
summary="$passed passed, $failed failed"
[ "$skipped" = 0 ] || summary="$summary, $skipped skipped"
say "$summary"
[ "$failed" = 0 ] && [ "$skipped" = 0 ] && [ ${#bad[@]} = 0 ]
