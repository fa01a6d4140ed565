#!/bin/sh
# Run a command as the user nobody, who can reach this Python and this folder even if they lie in the home of root:
# as_ordinary_user.sh PYTHON_HOME COMMAND ...
# In a mount namespace of its own, so that nothing changes for anybody else. Needs root.
set -e
if [ "$1" != --inside ]; then
    exec unshare --mount --propagation private -- "$0" --inside "$@"
fi
home=$2
shift 2

# The outermost folder on the way to $1 that others may not enter, or nothing.
closed() {
    found=
    way=$1
    while [ "$way" != / ]; do
        way=$(dirname "$way")
        [ ! -e "$way" ] || [ "$(stat -c %a "$way" | tail -c 2)" -ge 5 ] || found=$way
    done
    echo "$found"
}

keep=$(mktemp -d)
mkdir "$keep/home" "$keep/here"
mount --bind "$home" "$keep/home"
mount --bind "$PWD" "$keep/here"
for place in home here; do
    target=$home
    [ $place = home ] || target=$PWD
    hidden=$(closed "$target")
    if [ -n "$hidden" ]; then
        mount -t tmpfs -o mode=755 tmpfs "$hidden"
    fi
    if [ ! -e "$target" ] || [ -n "$hidden" ]; then
        mkdir -p "$target"
        mount --bind "$keep/$place" "$target"
    fi
done
umount "$keep/home" "$keep/here"
rmdir "$keep/home" "$keep/here" "$keep"
cd "$PWD"
exec setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
