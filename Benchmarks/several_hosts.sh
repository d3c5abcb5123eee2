#!/bin/bash
# Several hosts on one machine, to train on together: network namespaces with addresses, names and ssh servers of their
# own, joined by a bridge. Root alone may do this.
#
#   several_hosts.sh up 4 [RATE [BURST]]
#                                    starts host1 to host4, 10.9.0.1 to 10.9.0.4; links of a rate such as 100mbit, and
#                                    with gigabits a bucket such as 512kb
#   several_hosts.sh run COMMAND…    runs a command on host1, with $HOSTS_OPTIONS for mpirun
#   several_hosts.sh cut N           takes host N's link away; join N gives it back
#   several_hosts.sh down            takes all away
#
#   several_hosts.sh run 'mpirun $HOSTS_OPTIONS -n 4 ofa train …'
set -euo pipefail

state=/run/several-hosts
inside() { nsenter --net="/run/netns/host$1" --uts="$state/uts$1" "${@:2}"; }

up() {
  mkdir -p $state /run/sshd
  [ -e $state/key ] || ssh-keygen -q -t ed25519 -N '' -f $state/key
  ip link add several type bridge
  ip link set several up
  for n in $(seq "$1"); do
    ip netns add "host$n"
    ip link add "several$n" type veth peer name eth0 netns "host$n"
    ip link set "several$n" master several up
    touch "$state/uts$n"
    unshare --uts="$state/uts$n" hostname "host$n"
    inside "$n" ip address add "10.9.0.$n/24" dev eth0
    # What most machines have; others, such as bbr, need seconds to find a rate.
    inside "$n" sysctl -q -w net.ipv4.tcp_congestion_control=cubic 2> /dev/null ||
      inside "$n" sysctl -q -w net.ipv4.tcp_congestion_control=reno
    inside "$n" ip link set lo up
    inside "$n" ip link set eth0 up
    if [ -n "${2:-}" ]; then
      # What each sends is held to the rate as by a network card: it waits, and is not dropped. A bucket has to hold what
      # comes in a tick of the kernel's clock.
      inside "$n" tc qdisc add dev eth0 root tbf rate "$2" burst "${3:-64kb}" latency 2s
    fi
    inside "$n" /usr/sbin/sshd -f /dev/null -h $state/key -o AuthorizedKeysFile=$state/key.pub \
      -o ListenAddress="10.9.0.$n" -o PidFile="$state/sshd$n.pid" -o StrictModes=no -o PermitRootLogin=yes \
      -o PasswordAuthentication=no
  done
}

run() {
  local count hosts
  count=$(ls -d /run/netns/host* | wc -l)
  hosts=$(seq -s, -f '10.9.0.%g' "$count")
  printf '#!/bin/sh\nexec ssh -q -i %s -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$@"\n' \
    $state/key > $state/ssh
  chmod +x $state/ssh
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  export HOSTS_OPTIONS="--host $hosts --bind-to none --mca btl tcp,self --mca btl_tcp_if_include 10.9.0.0/24 \
    --mca oob_tcp_if_include 10.9.0.0/24 --mca plm_rsh_agent $state/ssh \
    --mca oob_tcp_keepalive_time 25 --mca oob_tcp_keepalive_intvl 5 --mca oob_tcp_keepalive_probes 3"
  inside 1 bash -c "$*"
}

down() {
  for host in /run/netns/host*; do
    [ -e "$host" ] || continue
    ip netns pids "$(basename "$host")" | xargs -r kill -9 2> /dev/null || true
    ip netns delete "$(basename "$host")"
  done
  for link in $(ip -o link show | grep -o ' several[0-9]*' || true); do ip link delete "$link" 2> /dev/null || true; done
  for uts in $state/uts*; do umount "$uts" 2> /dev/null || true; done
  rm -rf $state
}

case "${1:-}" in
  up) up "$2" "${3:-}" "${4:-}" ;;
  run) run "${@:2}" ;;
  cut) ip link set "several$2" down ;;
  join) ip link set "several$2" up ;;
  down) down ;;
  *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 64 ;;
esac
