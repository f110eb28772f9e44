#!/usr/bin/env bash
# Runs every test of the product and ends with one line: "N passed, N failed, N skipped".
#
#   bash tests/run.sh                 everything
#   bash tests/run.sh Domain Carriers only the projects whose name contains one of the words
#   bash tests/run.sh --no-build …    what was built before
#   bash tests/run.sh --only-build    no test
#
# On Debian it installs what the tests need and the machine lacks; elsewhere it says what is missing. The .NET SDK must be there already.
# CONFIGURATION=Release tests that build (default Debug). Logs and reports: TestResults/. Exit code: 0 only when everything ran and passed.
#
# Projects run in three lanes side by side, each of which takes the next one that nobody has. A test that failed is tried once more at the end, alone: if it passes then, the run says so and
# goes on, for at most three of them. What must never fail even once (see never_again below) has no second try. TEST_PROGRAMS=DIR runs the programs of a folder instead of the projects, TEST_RESULTS=DIR leaves the reports there: for the tests of this script.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-Debug}
limit=${TEST_TIMEOUT:-20m} # for one test project
results=${TEST_RESULTS:-$PWD/TestResults}
# Test programs and the servers that they start live for seconds: counting for later optimisation costs them more than it gives.
export DOTNET_TieredPGO=${DOTNET_TieredPGO:-0}
# The same for pages of code that are never writable and executable at once: a start cost about 8 % less CPU without, in two pairs of starts.
export DOTNET_EnableWriteXorExecute=${DOTNET_EnableWriteXorExecute:-0}
# What tests start : the Debian package that has it. A command, or a path that may hold *.
needs=(
  git:git curl:curl kill:procps
  chromium:chromium tshark:tshark node:nodejs npm:npm
  '/usr/lib/postgresql/*/bin/postgres:postgresql' prometheus:prometheus openssl:openssl systemd-analyze:systemd faketime:faketime
  testssl:testssl.sh unshare:util-linux prlimit:util-linux setpriv:util-linux mount:mount
)

say() { printf '%s\n' "$@"; }
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

passed=0 failed=0 skipped=0 bad=() building=yes testing=yes filters=()
case ${1:-} in
  --no-build) building=no; shift ;;
  --only-build) testing=no; shift ;;
esac

# Words in the full name of a test that has no second try: histories, crashes, races, acceptance, erasure, keys and audit. A net that hides a race of the product is none. The words are wide on
# purpose, so that a new test of these topics cannot be forgotten.
never_again='Histor|Chaos|Row[0-9][0-9]|Crash|Kill|Race|Racing|AtOnce|AtTheSameTime|Concurren|Parallel|Together|SideBySide|Twice|Once|Accept|Approv|Eras|Key|Audit|Lost|Loses|Durable|Replay|Stale|Conflict'
most_second_tries=3

# One test program: its folder is the name's, its options are the same for the first and the second try. A name may be a project's and a share of its classes: PROJECT+chaos.
program_of() { set -- "${1%%+*}"; if [ -n "${TEST_PROGRAMS:-}" ]; then printf '%s' "$TEST_PROGRAMS/$1"; else printf '%s' "tests/$1/bin/$configuration/net10.0/$1"; fi; }

# $1 name, $2 name of report and log, then further options. Most of what waits is in a few projects: more of their classes run at once than there are processors.
launch() {
  local name=$1 report=$2 threads=() code=0
  shift 2
  case $name in *.Cluster.Tests* | *.Storage.Tests | *.Front.Tests) threads=(--max-threads 2x) ;; esac
  timeout --kill-after=30s "$limit" "$(program_of "$name")" "${filters[@]}" "${threads[@]}" "$@" --report-xunit-xml --report-xunit-xml-filename "$report.xml" --results-directory "$results" \
    --no-ansi --progress off >"$results/$report.log" 2>&1 </dev/null || code=$?
  printf '%s' "$code" >"$results/$report.code"
}

# The rows of chaos share one cluster and run after all other classes of their program, mostly waiting: beside them they are a lane's work.
chaos='*.Chaos.Row*'

run_lane() {
  local name started share
  for name in "$@"; do
    # Only one lane can make the folder.
    mkdir "$claims/$name" 2>/dev/null || continue
    started=$SECONDS
    [ -x "$(program_of "$name")" ] || continue
    case $name in *.Cluster.Tests) share=(--filter-not-class "$chaos") ;; *+chaos) share=(--filter-class "$chaos") ;; *) share=() ;; esac
    launch "$name" "$name" "${share[@]}"
    say "$name: $((SECONDS - started)) s"
  done
}

# Failed tests of a report, each as TYPE.METHOD, once.
failed_tests() { grep -ao '<test [^>]*>' "$1" | sed -n '/ result="Fail"/s/.* type="\([^"]*\)" method="\([^"]*\)".*/\1.\2/p' | sort -u; }

judge() {
  local name=$1 report log code total ok ko not errors
  report="$results/$name.xml" log="$results/$name.log"
  [ -x "$(program_of "$name")" ] || { bad+=("$name was not built"); return 0; }
  code=$(cat "$results/$name.code" 2>/dev/null || printf none)
  if [ -f "$report" ]; then
    total=$(counter total "$report") ok=$(counter passed "$report") ko=$(counter failed "$report") errors=$(counter errors "$report")
  fi
  if [ -z "${total:-}" ] || [ -z "${ok:-}" ] || [ -z "${ko:-}" ] || [ -z "${errors:-}" ]; then
    bad+=("$name ended without a result, exit code $code")
  else
    not=$((total - ok - ko))
    passed=$((passed + ok)) failed=$((failed + ko)) skipped=$((skipped + not))
    [ "$total" != 0 ] || bad+=("$name ran no test")
    [ "$errors" = 0 ] || bad+=("$name had $errors errors outside of tests")
    [ "$code" = 0 ] || [ "$ko" != 0 ] || [ "$not" != 0 ] || [ "$total" = 0 ] || bad+=("$name ended with exit code $code")
    if [ "$ko" != 0 ]; then
      while IFS= read -r test; do failures+=("$name $test"); done < <(failed_tests "$report")
    fi
  fi
  [ "$code" = 0 ] || cat "$log"
}

# What a log says of one failed test.
output_of() { awk -v test="$2" 'index($0, "failed " test) == 1 { on = 1; print; next } on && /^(failed |passed |skipped |[^ ])/ { on = 0 } on' "$1"; }

# A property is tried with the input that it failed with; without its seed it would look at other inputs and prove nothing.
seed_of() { sed -n 's/.*CsCheck_Seed=\([0-9A-Za-z_-]*\).*/CsCheck_Seed=\1/p; s/.*Replay directly at failing step with \(([0-9,]*)\).*/FSCHECK_REPLAY=\1/p' | head -n 1; }

second_tries() {
  local entry name test output seed rows
  [ ${#failures[@]} -gt 0 ] && [ ${#failures[@]} -le $most_second_tries ] || return 0
  for entry in "${failures[@]}"; do
    name=${entry%% *} test=${entry#* }
    if [[ $test =~ $never_again ]]; then say "no second try for $test"; continue; fi
    output=$(output_of "$results/$name.log" "$test")
    seed=$(seed_of <<<"$output")
    if [[ $output == *Falsifiable* && -z $seed ]]; then say "no second try for $test: its failing input has no seed"; continue; fi
    (if [ -n "$seed" ]; then export "${seed?}"; fi; launch "$name" "$name.again" --filter-method "$test")
    rows=$(grep -ao '<test [^>]*>' "$results/$name.xml" | grep -a ' result="Fail"' | grep -acF " type=\"${test%.*}\" method=\"${test##*.}\"")
    if [ "$(cat "$results/$name.again.code")" = 0 ] && [ "$(counter failed "$results/$name.again.xml")" = 0 ] && [ "$(counter passed "$results/$name.again.xml")" -ge "$rows" ]; then
      passed=$((passed + rows)) failed=$((failed - rows))
      say "passed at the second try: $test" "$output"
    else
      cat "$results/$name.again.log"
    fi
  done
}

wanted() {
  local name=$1 word
  shift
  [ $# -gt 0 ] || return 0
  for word in "$@"; do [[ $name == *$word* ]] && return 0; done
  return 1
}

# What runs in the background does not hear the interrupt of a terminal.
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
mkdir -p "$results"
rm -f "$results"/*.xml "$results"/*.log "$results"/*.code
need_sdk
if [ $building = yes ]; then build & builder=$!; fi
need_commands
need_node_modules
if [ $building = yes ]; then wait "$builder"; fi
[ $testing = yes ] || exit 0
if [ "$(id -u)" != 0 ]; then
  say "Not root: the few tests that mount a file system or make files immutable are left out."
  filters=(--filter-not-trait Needs=root)
fi
# The longest first, so that no lane begins one when the others are about to end.
long=() short=() failures=()
if [ -n "${TEST_PROGRAMS:-}" ]; then all=("$TEST_PROGRAMS"/*.Tests); else all=(tests/*.Tests); fi
for path in "${all[@]}"; do
  name=$(basename "$path")
  if ! wanted "$name" "$@"; then continue; fi
  case $name in *.Cluster.Tests) long=("$name" "$name+chaos" "${long[@]}") ;; *.Front.Tests | *.Storage.Tests) long+=("$name") ;; *) short+=("$name") ;; esac
done
parts=("${long[@]}" "${short[@]}")
claims=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$claims"' EXIT
for _ in 1 2 3; do run_lane "${parts[@]}" & done
wait
for name in "${parts[@]}"; do judge "$name"; done
second_tries

for line in "${bad[@]}"; do say "$line"; done
[ $((passed + failed + skipped)) -gt 0 ] || stop "no test ran"
summary="$passed passed, $failed failed"
[ "$skipped" = 0 ] || summary="$summary, $skipped skipped"
say "$summary"
[ "$failed" = 0 ] && [ "$skipped" = 0 ] && [ ${#bad[@]} = 0 ]
