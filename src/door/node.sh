#!/bin/sh
# The first `node` on the PATH of project code: NODE_OPTIONS=… in front of a command would leave the door behind.
own=${0%/*}
saved=$IFS
IFS=:
for folder in $PATH; do
  if [ "$folder" != "$own" ] && [ -x "$folder/node" ] && [ ! -d "$folder/node" ]; then
    IFS=$saved
    for door in "$own"/../*.cjs; do set -- --require "$door" "$@"; done
    exec "$folder/node" "$@"
  fi
done
echo 'node: not found' >&2
exit 127
