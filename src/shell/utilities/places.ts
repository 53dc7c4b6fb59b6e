/**
 * Where distributions have their commands. A name that is no program of this room is passed over, so these are the real
 * systems' lists and not ours.
 */
type Places = Readonly<Record<string, string>>;

/** BusyBox's applets, in the folders that Alpine links them into; the busybox image has them all in /bin. */
export const APPLETS: Places = {
  "/bin":
    "arch ash base64 cat chattr chgrp chmod chown cp date dd df dmesg dnsdomainname echo egrep false fatattr fgrep fsync getopt grep gunzip gzip hostname ionice ipcalc kill link linux32 linux64 ln login ls lsattr mkdir mknod mktemp more mount mountpoint mv netstat nice pidof ping ping6 printenv ps pwd rev rm rmdir run-parts sed setpriv sh sleep stat stty sync tar touch true umount uname usleep watch zcat su",
  "/sbin":
    "arp blkid fdisk fsck fstrim getty halt hwclock ifconfig ifdown ifup ip ipaddr iplink ipneigh iproute iprule logread losetup lsmod mkswap modinfo modprobe nameif nologin pivot_root poweroff reboot rmmod route swapoff swapon switch_root sysctl syslogd udhcpc",
  "/usr/sbin": "addgroup adduser arping chpasswd chroot crond delgroup deluser ntpd partprobe rdate",
  "/usr/bin":
    "[ [[ awk basename bc bunzip2 bzcat cal cksum clear cmp comm cpio crontab cut dc diff dirname dos2unix du ed env expand expr factor fallocate find flock fold free fuser groups hd head hexdump hostid iconv id install killall last less logger lsof lsusb lzcat md5sum mesg microcom mkfifo mkpasswd nc nl nmeter nohup nproc nsenter nslookup od openvt passwd paste pgrep pkill pmap printf pscan pstree pwdx readlink realpath renice reset resize seq setkeycodes setsid sha1sum sha256sum sha3sum sha512sum showkey shred shuf sort split strings sum tac tail tee test time timeout top tr traceroute traceroute6 tree truncate ts tty ttysize unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime uudecode uuencode vi vlock volname wc wget which who whoami xargs xxd xzcat yes",
};
/** Of the busybox image, and not of Alpine's build. */
export const MORE_APPLETS =
  "telnet httpd ftpget ftpput tftp w users devmem mkfs.ext2 nanddump rpm dpkg ar patch bootchartd chvt crc32 seedrng setfattr";

/** What Debian's slim images hold: essential packages and apt. */
export const DEBIAN: Places = {
  "/usr/bin":
    "[ addpart apt apt-cache apt-config apt-get apt-mark arch awk b2sum base32 base64 basename basenc bash cat chage chattr chcon chfn chgrp chmod chown chrt chsh cksum clear cmp comm cp csplit cut dash date dd deb-systemd-helper debconf df diff diff3 dir dircolors dirname dmesg dnsdomainname domainname dpkg dpkg-deb dpkg-query du echo egrep env expand expiry expr factor faillog fallocate false fgrep find findmnt flock fmt fold getconf getent getopt gpasswd grep groups gunzip gzip head hostid hostname i386 iconv id infocmp install ionice ipcmk ipcrm ipcs join last lastlog ldd link linux32 linux64 ln locale logger login logname ls lsattr lsblk lscpu lsipc lslocks lslogins lsmem lsns mawk mcookie md5sum mesg mkdir mkfifo mknod mktemp more mount mountpoint mv namei nawk newgrp nice nisdomainname nl nohup nproc nsenter numfmt od partx passwd paste pathchk perl pinky pr printenv printf prlimit ptx pwd rbash readlink realpath renice reset resizepart rev rgrep rm rmdir run-parts runcon savelog sdiff sed seq setarch setpriv setsid setterm sg sh sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty su sum sync tac tail tar taskset tee tempfile test timeout toe touch tput tr true truncate tset tsort tty tzselect umount uname uncompress unexpand uniq unlink unshare update-alternatives users utmpdump vdir wall wc wdctl whereis which who whoami xargs yes ypdomainname zcat zcmp zdiff zegrep zfgrep zforce zgrep zless zmore znew",
  "/usr/sbin":
    "addgroup adduser agetty badblocks blkid blockdev chcpu chgpasswd chmem chpasswd chroot cppw ctrlaltdel debugfs delgroup deluser fdformat findfs fsck fsfreeze fstrim getcap getty groupadd groupdel groupmod grpck hwclock iconvconfig isosize ldattach ldconfig losetup mkfs mkswap newusers nologin pam_getenv pivot_root pwck pwconv readprofile rmt rtcwake runuser service setcap shadowconfig start-stop-daemon sulogin swapoff swapon switch_root tarcat tzconfig unix_chkpwd useradd userdel usermod vigr vipw wipefs zdump zic",
};

/** What packages add. */
export const PACKAGES = {
  bash: "bash",
  bc: "bc",
  "bind-tools": "dig host nslookup",
  curl: "curl",
  iproute2: "ip ss",
  "iputils-ping": "ping",
  jq: "jq",
  less: "less",
  lsof: "lsof",
  nano: "nano",
  "net-tools": "arp ifconfig netstat route",
  "netcat-openbsd": "nc",
  openssl: "openssl",
  procps: "free kill pgrep pidof pkill pmap ps pwdx skill slabtop sysctl tload top uptime vmstat w watch",
  psmisc: "fuser killall pstree",
  sudo: "sudo",
  telnet: "telnet",
  time: "time",
  traceroute: "traceroute",
  vim: "vi view vim",
  wget: "wget",
  xxd: "xxd",
} as const;
export type Package = keyof typeof PACKAGES;
