# What every script starts with: the project's folder, bash that stops at the first failure, and the shared functions.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# shellcheck source=common.sh
source scripts/lib/common.sh
# shellcheck source=apt.sh
source scripts/lib/apt.sh
# shellcheck source=python.sh
source scripts/lib/python.sh
# shellcheck source=engine.sh
source scripts/lib/engine.sh
