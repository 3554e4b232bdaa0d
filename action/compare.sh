#!/usr/bin/env bash
# Checks the specs of $FILES and writes what differs from $FROM to $COMMENT_FILE and to the summary of the job. Fails where `weft check` does.
set -euo pipefail
shopt -s globstar nullglob
# The patterns are several words on purpose.
# shellcheck disable=SC2206
specs=($FILES)
# A file that the change removes matches no pattern any more.
read -ra patterns <<<"$FILES"
mapfile -d '' gone < <(git diff -z --name-only --no-renames --relative --diff-filter=D "$FROM" -- "${patterns[@]/#/:(glob)}")
if [ "$((${#specs[@]} + ${#gone[@]}))" -eq 0 ]; then
  echo "no spec matches $FILES"
  exit 0
fi
# Only differences between networks end with 2, mistakes with 1: both are in the comment, and the check below has the verdict.
weft comment "${specs[@]}" "${gone[@]}" --from "$FROM" --out "$COMMENT_FILE" || [ -s "$COMMENT_FILE" ]
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$COMMENT_FILE" >>"$GITHUB_STEP_SUMMARY"; fi
if [ "${#specs[@]}" -gt 0 ]; then weft check "${specs[@]}"; fi
