# shellcheck shell=bash
# What every script here begins with: how git speaks to GitHub, what a later step or job is told, and the clock.
# Each script runs from the top of the repository; outside of Actions it works just as well on any clone.
set -euo pipefail

: "${BRANCH:=main}" "${HANDOVER:=${RUNNER_TEMP:-/tmp}/handover}"
export ARCHIVE=refs/heads/archive
export GIT_TERMINAL_PROMPT=0
export GIT_AUTHOR_NAME="github-actions[bot]" GIT_AUTHOR_EMAIL="41898282+github-actions[bot]@users.noreply.github.com"
export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
# Simulations set the clock, as they do for the program.
if [ -n "${DIGEST_NOW:-}" ]; then
  GIT_AUTHOR_DATE=$(date -u -d "$DIGEST_NOW" +%FT%TZ)
  export GIT_AUTHOR_DATE GIT_COMMITTER_DATE="$GIT_AUTHOR_DATE"
fi
# The job's token goes to git by its environment: checkouts keep no credentials, and no command line shows it.
if [ -n "${GITHUB_TOKEN:-}" ] && [ -n "${GITHUB_SERVER_URL:-}" ]; then
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader"
  GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 -w0)"
  export GIT_CONFIG_VALUE_0
fi

# tell NAME VALUE: an output of the step, of one line or many.
tell() {
  local end
  end="end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >>"${GITHUB_OUTPUT:-/dev/null}"
}

# notice TEXT: one line that the run's page shows; nobody's fault.
notice() { printf '::notice::%s\n' "$1"; }

# stop REASON: end with a reason, which the issue will name.
stop() {
  printf '::error::%s\n' "$1"
  tell reason "$1"
  exit 1
}

# again COMMAND...: try it up to four times, for networks that hiccup.
again() {
  local try
  for try in 1 2 3; do
    "$@" && return
    sleep "$((try * ${PAUSE:-5}))"
  done
  "$@"
}

# tip_of REF: the commit that a ref of the origin has, nothing if there is no such ref; fails without an answer.
tip_of() { again git ls-remote origin "$1" | cut -f1; }

# brought REF: fetch the newest commit alone.
brought() { again git fetch --quiet --no-tags --depth=1 origin "$1"; }
