#!/bin/sh
# Run a command as the user nobody, who can reach this Python even if it lies in the home of root: as_ordinary_user.sh PYTHON_HOME COMMAND ...
# In a mount namespace of its own, so that nothing changes for anybody else. Needs root.
set -e
if [ "$1" != --inside ]; then
    exec unshare --mount --propagation private -- "$0" --inside "$@"
fi
home=$2
shift 2
closed=$home
while [ "$closed" != / ]; do
    closed=$(dirname "$closed")
    [ "$(stat -c %a "$closed" | tail -c 2)" -ge 5 ] || break
done
if [ "$closed" != / ]; then
    keep=$(mktemp -d)
    mount --bind "$home" "$keep"
    mount -t tmpfs -o mode=755 tmpfs "$closed"
    mkdir -p "$home"
    mount --bind "$keep" "$home"
    umount "$keep"
    rmdir "$keep"
fi
exec setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
