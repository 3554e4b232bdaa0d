#!/usr/bin/env bash
# Checks the specs of $FILES and writes what differs from $FROM to $COMMENT_FILE and to the summary of the job. Fails where `weft check` does.
set -euo pipefail
shopt -s globstar nullglob
# The patterns are several words on purpose.
# shellcheck disable=SC2206
specs=($FILES)
if [ "${#specs[@]}" -eq 0 ]; then
  echo "no spec matches $FILES"
  exit 0
fi
# Only differences between networks end with 2, mistakes with 1: both are in the comment, and the check below has the verdict.
weft comment "${specs[@]}" --from "$FROM" --out "$COMMENT_FILE" || [ -s "$COMMENT_FILE" ]
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$COMMENT_FILE" >>"$GITHUB_STEP_SUMMARY"; fi
weft check "${specs[@]}"
