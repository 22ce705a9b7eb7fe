# As root: the service, supervised by systemd where the image has it and else by a script. $1: the user's number, $2: the
# seconds it has to end, $3: the size its log is rotated at. Prints who supervises it.
set -eu
chown "root:$1" /opt/forge/env /opt/forge/command
cat >/opt/forge/run <<'END'
#!/bin/sh
# Counts the starts, reads the variables and becomes the application.
starts=$(cat /var/lib/forge/starts 2>/dev/null || echo 0)
echo $((starts + 1)) >/var/lib/forge/starts
set -a
. /opt/forge/env
set +a
cd /srv/app
exec /bin/sh /opt/forge/command
END
cat >/opt/forge/rotate <<'END'
#!/bin/sh
# The application holds its log open: it is copied and cut.
size=$(wc -c <"$1")
if [ "$size" -gt "$2" ]; then
    cp "$1" "$1.1" && : >"$1"
fi
END
chmod 755 /opt/forge/run /opt/forge/rotate
# an init that is still on its way is waited for
i=0
while [ -d /lib/systemd/system ] && [ ! -S /run/systemd/private ] && [ "$(cat /proc/1/comm)" = systemd ] && [ $i -lt 300 ]; do
    i=$((i + 1))
    sleep 0.1
done
if [ -S /run/systemd/private ]; then
    cat >/etc/systemd/system/forge-app.service <<END
[Unit]
Description=The application
StartLimitIntervalSec=0
[Service]
User=$1
Group=$1
WorkingDirectory=/srv/app
ExecStart=/bin/sh /opt/forge/run
ExecStopPost=/bin/sh -c 'echo "\$EXIT_STATUS" >/var/lib/forge/exit'
Restart=always
RestartSec=1
TimeoutStopSec=$2
NoNewPrivileges=yes
StandardOutput=append:/var/log/forge/app.log
StandardError=append:/var/log/forge/app.log
[Install]
WantedBy=multi-user.target
END
    cat >/etc/systemd/system/forge-log.service <<END
[Service]
Type=oneshot
ExecStart=/bin/sh /opt/forge/rotate /var/log/forge/app.log $3
END
    cat >/etc/systemd/system/forge-log.timer <<END
[Timer]
OnActiveSec=60
OnUnitActiveSec=60
[Install]
WantedBy=timers.target
END
    : >>/var/log/forge/app.log
    chown "$1:$1" /var/log/forge/app.log
    systemctl daemon-reload
    systemctl -q enable forge-app.service forge-log.timer
    systemctl --no-block start forge-app.service forge-log.timer
    echo systemd
    exit 0
fi
cat >/opt/forge/supervise <<END
#!/bin/sh
# Keeps the application running; as its user.
exec >>/var/log/forge/app.log 2>&1 </dev/null
( while sleep 60; do /bin/sh /opt/forge/rotate /var/log/forge/app.log $3; done ) &
while :; do
    code=0
    /bin/sh /opt/forge/run || code=\$?
    echo \$code >/var/lib/forge/exit
    sleep 1
done
END
chmod 755 /opt/forge/supervise
echo script
