#!/bin/sh
# Installs Pishkhan without any network. As root, from the folder that `make offline-kit` wrote:
#   sh install.sh [--key FINGERPRINT] [--centre] [--upgrade] [--port 8000] [--check]
# Nothing is unpacked, and nothing is installed, before the signature and every digest were checked.
# What checks is Debian's own: gpgv (apt's own checker), sha256sum, tar. See docs/howto/offline-kit.md.
set -eu
LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
ROOT=/opt/pishkhan HOME_OF_NODE=/var/lib/pishkhan SETTINGS=/etc/pishkhan.env
key='' centre='' upgrade='' port=8000 only_check=''

say() { printf '%s\n' "$@"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }
refuse() { stop "REFUSED: $* Nothing was installed."; }

options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --key) key=$(printf '%s' "${2:?}" | tr -d ' :\n' | tr 'A-F' 'a-f'); shift 2 ;;
      --port) port=${2:?}; shift 2 ;;
      --centre) centre=yes; shift ;;
      --upgrade) upgrade=yes; shift ;;
      --check) only_check=yes; shift ;;
      *) stop "usage: sh install.sh [--key FINGERPRINT] [--centre] [--upgrade] [--port 8000] [--check]" ;;
    esac
  done
  case $port in '' | *[!0-9]*) stop "--port wants a number" ;; esac
}

# --- the check -----------------------------------------------------------------------------------
# as_made LIST FILE…: each file is byte for byte what LIST says, and LIST says nothing else.
as_made() {
  list=$1; shift
  for each in "$list" "$@"; do
    [ -f "$each" ] && [ ! -L "$each" ] || refuse "$each is missing."
  done
  for each; do
    grep -Fxq -e "$(sha256sum -- "$each")" "$list" \
      || refuse "$each is not what $list says: badly copied, or changed. Copy the kit again."
  done
  [ "$(sha256sum -- "$@"; echo .)" = "$(cat "$list"; echo .)" ] || refuse "$list was changed."
}

# The operator knows the key's fingerprint from elsewhere: on paper, or by telephone.
right_key() {
  found=$(sha256sum < pishkhan-kit.gpg | cut -c 1-64)
  if [ -z "$key" ]; then
    say "The key that signed this kit has the fingerprint" \
      "" "  $(printf '%s' "$found" | sed 's/..../& /g')" ""
    say "Compare it with the one that you were told by another way than this kit."
    [ -t 0 ] || refuse "give the fingerprint that you were told with --key."
    printf 'Are they the same, to the last letter? (yes/no) '
    read -r answer
    [ "$answer" = yes ] || refuse "the key was not accepted."
    key=$found
  fi
  [ "$key" = "$found" ] || refuse "the key of this kit is not the one that you named: it has $found."
}

signed() {
  command -v gpgv > /dev/null || stop "gpgv is missing; it comes with Debian's apt."
  gpgv --ignore-time-conflict --keyring "$(pwd)/pishkhan-kit.gpg" "$1.sig" "$1" > /dev/null 2>&1 \
    || refuse "$1 was not signed with this key, or was changed afterwards."
}

check_archive() {
  archive=$(ls pishkhan-kit-*.tar 2> /dev/null || true)
  case $archive in
    '') refuse "there is no archive pishkhan-kit-….tar beside install.sh." ;;
    *' '* | *'
'*) refuse "there is more than one archive beside install.sh." ;;
  esac
  as_made SHA256SUMS "$archive" "$archive.sig" pishkhan-kit.gpg
  right_key
  signed "$archive"
}

check_files() {
  as_made SUMS MANIFEST MANIFEST.sig pishkhan-kit.gpg
  right_key
  signed MANIFEST
  bad=$(sha256sum --check --strict --quiet MANIFEST 2> /dev/null || true)
  [ -z "$bad" ] && sha256sum --check --strict --status MANIFEST 2> /dev/null \
    || refuse "damaged or missing: $(printf '%s' "$bad" | sed 's/: FAILED.*//' | tr '\n' ' ' | sed 's/ $//')."
  lists=$(mktemp -d)
  { cut -c 67- MANIFEST; printf '%s\n' MANIFEST MANIFEST.sig SUMS pishkhan-kit.gpg; } | sort > "$lists/told"
  find . ! -type d | sed 's/^\.\///' | sort > "$lists/there"
  more=$(comm -13 "$lists/told" "$lists/there" | tr '\n' ' ')
  links=$(find . -type l)
  rm -r "$lists"
  [ -z "$more$links" ] || refuse "nobody signed ${more:-$links}"
}

# --- installing ----------------------------------------------------------------------------------
packages() {
  say "Debian packages …"
  apt=$(mktemp -d)
  mkdir -p "$apt/lists/partial" "$apt/archives/partial"
  echo "deb [trusted=yes] file:$(pwd)/debs ./" > "$apt/sources.list"
  # The kit's folder alone: what the machine's own list names can't be reached, and is left as it is.
  quietly() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dir::Etc::sourcelist="$apt/sources.list" \
      -o Dir::Etc::sourceparts=- -o Dir::State::lists="$apt/lists" -o APT::Sandbox::User=root \
      -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= "$@" < /dev/null > "$apt/log" 2>&1 \
      || { cat "$apt/log" >&2; stop "Debian's packages could not be installed; Pishkhan was not."; }
  }
  quietly update
  # shellcheck disable=SC2086 # a list of names
  quietly install -y --no-install-recommends $NODE_PACKAGES ${centre:+$CENTRE_PACKAGES}
  rm -r "$apt"
}

python_parts() {
  say "Python packages …"
  rm -rf "$new"
  python3 -m venv "$new"
  pip() {
    "$new/bin/python" -m pip --isolated --disable-pip-version-check --quiet install --no-index \
      --no-cache-dir --only-binary :all: "$@"
  }
  pip --find-links wheels --require-hashes -r run.lock
  pip --no-deps wheels/pishkhan-*.whl
  mkdir "$new/desk"
  cp wheels/pishkhan_desk-*.whl "$new/desk/" # for the clerks' own PCs
  cp KIT "$new/KIT"
}

user_and_settings() {
  id pishkhan > /dev/null 2>&1 || useradd --system --user-group --home-dir "$HOME_OF_NODE" \
    --no-create-home --shell /usr/sbin/nologin pishkhan
  mkdir -p "$HOME_OF_NODE"
  chown pishkhan:pishkhan "$HOME_OF_NODE"
  chmod 700 "$HOME_OF_NODE"
  install -m 755 pishkhan /usr/local/bin/pishkhan
  [ -e "$SETTINGS" ] && return
  secret=$("$new/bin/python" -c 'import secrets; print(secrets.token_urlsafe(48))')
  (
    umask 027
    printf '%s\n' "PISHKHAN_HOME=$HOME_OF_NODE" "PISHKHAN_SECRET_KEY=$secret" "PORT=$port" > "$SETTINGS.new"
    [ -z "$centre" ] || echo 'PISHKHAN_DATABASE_URL=postgresql:///pishkhan?host=/var/run/postgresql' >> "$SETTINGS.new"
    chgrp pishkhan "$SETTINGS.new"
    mv "$SETTINGS.new" "$SETTINGS"
  )
}

database() {
  say "PostgreSQL …"
  as_postgres() { (cd / && setpriv --reuid postgres --regid postgres --init-groups -- "$@"); }
  as_postgres psql -qtAc 'SELECT 1' > /dev/null 2>&1 || pg_ctlcluster 15 main start
  tries=0
  until as_postgres psql -qtAc 'SELECT 1' > /dev/null 2>&1; do
    tries=$((tries + 1)); [ $tries -lt 60 ] || stop "PostgreSQL does not start: pg_lsclusters"
    sleep 1
  done
  [ -n "$(as_postgres psql -tAc "SELECT 1 FROM pg_roles WHERE rolname = 'pishkhan'")" ] \
    || as_postgres createuser pishkhan
  [ -n "$(as_postgres psql -tAc "SELECT 1 FROM pg_database WHERE datname = 'pishkhan'")" ] \
    || as_postgres createdb -O pishkhan -T template0 -E UTF8 --locale=C.UTF-8 pishkhan
}

with_systemd() { [ -d /run/systemd/system ]; }

halt() {
  if with_systemd; then
    systemctl stop pishkhan-web pishkhan-worker 2> /dev/null || true
  else
    for part in web worker; do
      start-stop-daemon --stop --quiet --oknodo --retry 30 --pidfile "/run/pishkhan-$part.pid" || true
      rm -f "/run/pishkhan-$part.pid"
    done
  fi
}

start() {
  if with_systemd; then
    install -m 644 pishkhan-web.service pishkhan-worker.service /etc/systemd/system/
    systemctl daemon-reload
    systemctl enable --quiet --now pishkhan-web pishkhan-worker
    return
  fi
  say "systemd does not run here: both parts are started once; starting them again is yours to see to."
  mkdir -p /var/log/pishkhan
  for part in web:serve worker:worker; do
    name=pishkhan-${part%:*}
    start-stop-daemon --start --quiet --oknodo --background --make-pidfile --umask 077 \
      --pidfile "/run/$name.pid" --output "/var/log/pishkhan/$name.log" \
      --startas /usr/local/bin/pishkhan -- "${part#*:}"
  done
}

healthy() {
  "$new/bin/python" - "$(sed -n 's/^PORT=//p' "$SETTINGS")" <<'END'
import http.client, ssl, sys, time
port, end = int(sys.argv[1] or 8000), time.monotonic() + 90
anyone = ssl.create_default_context()
anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE  # asks itself, on this machine
while time.monotonic() < end:
    for line in (
        http.client.HTTPConnection("127.0.0.1", port, timeout=5),
        http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=anyone),
    ):
        try:
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                sys.exit(0)
        except (OSError, http.client.HTTPException):
            pass
    time.sleep(0.5)
sys.exit(1)
END
}

install_all() {
  # shellcheck disable=SC1091 # both were checked above, or are Debian's
  . /etc/os-release && . ./KIT # in this order: both name a VERSION
  [ "${VERSION_CODENAME:-}" = "$CODENAME" ] && [ "$(dpkg --print-architecture)" = "$ARCH" ] \
    || refuse "this kit is for Debian $CODENAME on $ARCH, not for ${PRETTY_NAME:-this system}."
  [ "$(id -u)" = 0 ] || refuse "installing wants root."
  new=$ROOT/$VERSION-$(sha256sum < MANIFEST | cut -c 1-12)
  old=$(readlink "$ROOT/current" || true)
  [ ! -e "$ROOT/.venv" ] || old=${old:-$ROOT/.venv} # installed by hand from the sources
  [ -z "$old" ] || [ "$old" = "$new" ] || [ -n "$upgrade" ] || refuse \
    "an earlier Pishkhan is here. Make a backup (pishkhan backup …), then give --upgrade."
  packages
  [ -e "$new/KIT" ] || python_parts # KIT comes last: a folder without it was left half made
  user_and_settings
  [ -z "$centre" ] || database
  [ -z "$old" ] || halt
  ln -sfn "$new" "$ROOT/next"
  mv -T "$ROOT/next" "$ROOT/current"
  say "Tables …"
  pishkhan migrate > /dev/null
  start
  healthy || stop "Installed, but the node does not answer: journalctl -u pishkhan-web, or /var/log/pishkhan."
  say "" "Pishkhan $VERSION answers at http://127.0.0.1:$(sed -n 's/^PORT=//p' "$SETTINGS")/" \
    "Settings: $SETTINGS. The helper for clerks' PCs: $new/desk" \
    "Next:  pishkhan user add NAME --name \"FULL NAME\" --administrator --own-password" \
    "       pishkhan check        # names what is left, such as TLS"
}

options "$@"
cd "$(dirname "$0")"
if [ -f KIT ]; then
  check_files
  [ -n "$only_check" ] || install_all
  exit 0
fi
check_archive
say "The archive is as it was signed."
unpacked=$(mktemp -d /var/tmp/pishkhan-kit.XXXXXX)
trap 'rm -rf "$unpacked"' EXIT
tar -xf "$archive" -C "$unpacked"
sh "$unpacked"/*/install.sh --key "$key" --port "$port" ${centre:+--centre} ${upgrade:+--upgrade} \
  ${only_check:+--check}
[ -z "$only_check" ] || say "Every file in it is as it was signed."
