# Serves the folder $FORGE_STATIC with what the image has.
folder=$FORGE_STATIC
if [ ! -d "$folder" ]; then
    echo "forge: there is no directory $folder in it"
    exit 4
fi
if command -v python3 >/dev/null; then
    exec python3 -m http.server "$PORT" --bind "$HOST" --directory "$folder"
fi
if command -v busybox >/dev/null && busybox httpd --help >/dev/null 2>&1; then
    exec busybox httpd -f -p "$PORT" -h "$folder"
fi
echo 'forge: nothing to serve files with: the image has neither python3 nor busybox with httpd'
exit 5
