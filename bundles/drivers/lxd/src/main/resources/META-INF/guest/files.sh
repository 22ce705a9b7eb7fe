# As root: the user, the folders, and the files of the artifact. $1: the user's number.
set -eu
umask 022
if ! grep -q '^forge:' /etc/passwd; then
    echo "forge:x:$1:$1::/srv/app:/bin/sh" >>/etc/passwd
    echo "forge:x:$1:" >>/etc/group
fi
mkdir -p /opt/forge /srv/app /var/log/forge /var/lib/forge
if ! command -v tar >/dev/null; then
    echo 'the image has no tar'
    exit 3
fi
tar -xf /var/tmp/forge-artifact.tar -C /srv/app
rm -f /var/tmp/forge-artifact.tar
chown -hR "$1:$1" /srv/app /var/log/forge /var/lib/forge
