# shellcheck shell=bash
# Hands what a job has made to the job that may write: two commits in a bundle, of the reports and of the archive.
# A bundle holds only what is new, however large the archive has grown.

# frozen [TREE]: the archive as it is now, as a tree of git, without the site, which is built anew, and the lock.
# With TREE, the head and the layout of the map are those of TREE.
frozen() {
  local index left_out=(':!site' ':!lock' ':!lock.holder' ':!*.tmp')
  [ -f archive/HEAD.json ] || return 0
  index=$(mktemp -u)
  if [ -n "${1:-}" ]; then
    GIT_INDEX_FILE=$index git read-tree "$1"
    left_out+=(':!HEAD.json' ':!map')
  fi
  GIT_INDEX_FILE=$index git --work-tree=archive add --all --force -- . "${left_out[@]}"
  GIT_INDEX_FILE=$index git write-tree
  rm -f "$index"
}

# hand_over TREE: bundle the archive's TREE and the reports, as far as they are new; false if nothing is.
hand_over() {
  local base tip message refs=() known=()
  base=$(cat "$HANDOVER/base") tip=$(cat "$HANDOVER/tip")
  git add --all -- reports 2>/dev/null || true # before the first report there is no such folder
  message=$(git diff --cached --name-only --diff-filter=A -- reports | grep -oE '/20[0-9-]{8}\.md$' | tr -d /md. |
    sort | paste -s -d ' ' | sed 's/ /, /g')
  message=${message:+Edition $message}
  if ! git diff --cached --quiet -- reports; then
    git -c core.hooksPath=/dev/null commit --quiet --message "${message:-Reports}" -- reports
    git update-ref refs/handover/reports HEAD
    refs+=(refs/handover/reports) known+=("^$base")
  fi
  if [ -n "$1" ] && { [ -z "$tip" ] || [ "$1" != "$(git rev-parse "$tip^{tree}")" ]; }; then
    git update-ref refs/handover/archive "$(git commit-tree "$1" ${tip:+-p "$tip"} -m "${message:-Archive}")"
    refs+=(refs/handover/archive) known+=(${tip:+"^$tip"})
  fi
  [ "${#refs[@]}" -gt 0 ] || return 1
  git bundle create --quiet "$HANDOVER/bundle" "${refs[@]}" "${known[@]}"
}
