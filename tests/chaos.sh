#!/usr/bin/env bash
# The long chaos run: kills, stops and starves a real cluster on this machine for some minutes, and judges every verification.
#
#   bash tests/chaos.sh --help
#   bash tests/chaos.sh --minutes 60
#   bash tests/chaos.sh --minutes 10 --rows 1,2,3 --seed 42
#
# CONFIGURATION=Release chaos of that build (default Debug).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-Debug}
program="tests/MaskedVerify.Cluster.Tests/bin/$configuration/net10.0/MaskedVerify.Cluster.Tests"
mkdir -p TestResults
dotnet build tests/MaskedVerify.Cluster.Tests -c "$configuration" -v q -nologo --tl:off -clp:NoSummary >TestResults/chaos-build.log 2>&1 </dev/null \
  || { cat TestResults/chaos-build.log >&2; echo "The build failed." >&2; exit 1; }
exec "$program" chaos "$@"
