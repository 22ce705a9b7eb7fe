# As root: what the folder holds, the same files as the same bytes where the image has GNU tar. $1: the most bytes it may
# be. Prints the size.
set -eu
if tar --version 2>/dev/null | grep -q GNU; then
    tar --create --file=/var/tmp/forge-artifact.tar --directory=/srv/app --format=gnu --sort=name --mtime=@0 --owner=0 \
        --group=0 --numeric-owner --hard-dereference --exclude=./.git .
else
    tar -cf /var/tmp/forge-artifact.tar -C /srv/app --exclude .git .
fi
wc -c </var/tmp/forge-artifact.tar
