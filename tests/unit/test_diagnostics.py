"""Which commands inside a container count as looking: few, and only with harmless arguments."""

import shlex

import pytest

from command_gateway import operations
from command_gateway.cli_text import parse
from command_gateway.operation import Effect

CATALOGUE = operations.discover()

LOOKS = (
    """
df -h|df|df -h /data|free -m|uptime|ps aux|ps -ef|ls -la /app|ls|pwd|whoami|id|date|date +%H:%M|uname -a|hostname
cat /etc/os-release|cat /proc/meminfo|du -sh /var/log|du -h -d1 /data|stat /app/main.py|netstat -tulpn|ss -tlnp
ip addr|ip route show|mount|nproc|top -b -n 1|nginx -t|redis-cli ping|/bin/ls /data|/usr/bin/free -h
""".replace("\n", "|")
    .strip("|")
    .split("|")
)

DOES = (
    """
sh|bash|sh -c id|/bin/sh|python -c 1|env|printenv|cat /etc/shadow|cat /etc/passwd|cat /proc/1/environ|ls /run/secrets
ls /proc/1/root|ls ../../etc|cat /etc/hosts /etc/shadow|rm -rf /|touch /tmp/x|kill 1|date -s 2020-01-01
hostname new-name
mount -o remount,rw /|mount /dev/sda /mnt|ps e|ps auxe|ss -K|ip link set eth0 down|ip route add default via 10.0.0.1
curl http://example.com|wget http://example.com|nc -l 80|ping 8.8.8.8|find / -exec id ;|tar cf - /|dd if=/dev/zero
du --files0-from=/etc/shadow|df --output=source /root|ls --color=always|stat -c %n /root/.ssh|top|free -s 1
nginx -s stop|redis-cli flushall|redis-cli config get requirepass|busybox sh|/tmp/ls|./ls|su root|apk add curl
awk BEGIN{}
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


def effect(words: str) -> Effect:
    return parse(f"docker exec web {shlex.join(words.split())}", CATALOGUE)[0].effect


@pytest.mark.parametrize("words", LOOKS)
def test_looks(words: str) -> None:
    assert effect(words) is Effect.READ


@pytest.mark.parametrize("words", DOES)
def test_does(words: str) -> None:
    assert effect(words) is Effect.ESCALATE


@pytest.mark.parametrize("options", ["--user root", "--privileged", "--env A=b", "--workdir /root"])
def test_a_diagnostic_with_more_than_plain_rights_is_none(options: str) -> None:
    assert parse(f"docker exec {options} web df -h", CATALOGUE)[0].effect is Effect.ESCALATE


@pytest.mark.parametrize("options", ["", "aux", "-ef", "-o pid,comm", "-eo pid,args,rss"])
def test_top_shows_processes(options: str) -> None:
    assert parse(f"docker top web {options}", CATALOGUE)[0].effect is Effect.READ


@pytest.mark.parametrize("options", ["eww", "auxe", "e", "-o environ", "-o pid,environ", "-E", "aux e"])
def test_top_that_shows_environments_is_more_than_looking(options: str) -> None:
    assert parse(f"docker top web {options}", CATALOGUE)[0].effect is Effect.ESCALATE
