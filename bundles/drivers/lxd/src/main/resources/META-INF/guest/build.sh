# As the application's user: each of the commands, in the folder of the files.
exec >/var/log/forge/build.log 2>&1 </dev/null
set -a
. /opt/forge/env
set +a
cd /srv/app || exit 125
for command in "$@"; do
    printf '+ %s\n' "$command"
    /bin/sh -c "$command" || exit $?
done
