#!/usr/bin/env bash
# Puts $COMMENT_FILE on the pull request $NUMBER: in place of the comment of an earlier push, which its first line tells.
set -euo pipefail
[ -s "$COMMENT_FILE" ] || exit 0
mark=$(head -n 1 "$COMMENT_FILE")
earlier=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" \
  --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1)
if [ -n "$earlier" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$earlier" --field "body=@$COMMENT_FILE" >/dev/null
else
  gh api --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --field "body=@$COMMENT_FILE" >/dev/null
fi
