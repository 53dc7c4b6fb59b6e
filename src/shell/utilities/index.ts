import { tsort } from "./tsort.ts";
import { strings } from "./strings.ts";
import { shuf } from "./shuf.ts";
import { fmt } from "./fmt.ts";
import { expand, unexpand } from "./expand.ts";
import { envsubst } from "./envsubst.ts";
import { column } from "./column.ts";
import { cksum } from "./cksum.ts";
import { nano } from "./nano.ts";
import { vi, view, vim } from "./vi.ts";
import { awk } from "./awk.ts";
import { base64 } from "./base64.ts";
import { basename } from "./basename.ts";
import { bc } from "./bc.ts";
import { cat } from "./cat.ts";
import { chmod } from "./chmod.ts";
import { chown } from "./chown.ts";
import { chroot } from "./chroot.ts";
import { clear } from "./clear.ts";
import { cmp } from "./cmp.ts";
import { comm } from "./comm.ts";
import { cp } from "./cp.ts";
import { curl } from "./curl.ts";
import { cut } from "./cut.ts";
import { date } from "./date.ts";
import { dd } from "./dd.ts";
import { df } from "./df.ts";
import { diff } from "./diff.ts";
import { dig } from "./dig.ts";
import { dirname } from "./dirname.ts";
import { du } from "./du.ts";
import { echo } from "./echo.ts";
import { env } from "./env.ts";
import { expr } from "./expr.ts";
import { falseUtility } from "./false.ts";
import { find } from "./find.ts";
import { fold } from "./fold.ts";
import { free } from "./free.ts";
import { grep, egrep, fgrep } from "./grep.ts";
import { head } from "./head.ts";
import { hexdump } from "./hexdump.ts";
import { hostname } from "./hostname.ts";
import { id } from "./id.ts";
import { ifconfig } from "./ifconfig.ts";
import { ip } from "./ip.ts";
import { join } from "./join.ts";
import { apropos, man, whatis } from "./man.ts";
import { jq } from "./jq.ts";
import { yq } from "./yq.ts";
import { kill } from "./kill.ts";
import { killall } from "./killall.ts";
import { less } from "./less.ts";
import { ln } from "./ln.ts";
import { ls } from "./ls.ts";
import { md5sum } from "./md5sum.ts";
import { mkdir } from "./mkdir.ts";
import { mktemp } from "./mktemp.ts";
import { more } from "./more.ts";
import { mount } from "./mount.ts";
import { mv } from "./mv.ts";
import { nc } from "./nc.ts";
import { nice } from "./nice.ts";
import { nl } from "./nl.ts";
import { nohup } from "./nohup.ts";
import { nproc } from "./nproc.ts";
import { nslookup } from "./nslookup.ts";
import { od } from "./od.ts";
import { paste } from "./paste.ts";
import { pgrep } from "./pgrep.ts";
import { ping } from "./ping.ts";
import { pkill } from "./pkill.ts";
import { printenv } from "./printenv.ts";
import { printfUtility } from "./printf-utility.ts";
import { ps } from "./ps.ts";
import { pwd } from "./pwd.ts";
import { readlink } from "./readlink.ts";
import { realpath } from "./realpath.ts";
import { reset } from "./reset.ts";
import { rev } from "./rev.ts";
import { rm } from "./rm.ts";
import { rmdir } from "./rmdir.ts";
import { sed } from "./sed.ts";
import { seq } from "./seq.ts";
import { sha1sum } from "./sha1sum.ts";
import { sha256sum } from "./sha256sum.ts";
import { sha512sum } from "./sha512sum.ts";
import { sleep } from "./sleep.ts";
import { sort } from "./sort.ts";
import { split } from "./split.ts";
import { stat } from "./stat.ts";
import { stty } from "./stty.ts";
import { sync } from "./sync.ts";
import { tac } from "./tac.ts";
import { tail } from "./tail.ts";
import { tee } from "./tee.ts";
import { testUtilities } from "./test-utility.ts";
import { time } from "./time.ts";
import { timeout } from "./timeout.ts";
import { top } from "./top.ts";
import { touch } from "./touch.ts";
import { tput } from "./tput.ts";
import { tr } from "./tr.ts";
import { trueUtility } from "./true.ts";
import { tty } from "./tty.ts";
import { uname } from "./uname.ts";
import { uniq } from "./uniq.ts";
import { uptime } from "./uptime.ts";
import { watch } from "./watch.ts";
import { wc } from "./wc.ts";
import { wget } from "./wget.ts";
import { which } from "./which.ts";
import { whoami } from "./whoami.ts";
import { xargs } from "./xargs.ts";
import { xxd } from "./xxd.ts";
import { yes } from "./yes.ts";
import { apk } from "./apk.ts";
import { apt, aptGet } from "./apt.ts";
import { arp } from "./arp.ts";
import { fallocate } from "./fallocate.ts";
import { getent } from "./getent.ts";
import { groups } from "./groups.ts";
import { git } from "./git.ts";
import { gunzip, gzip, zcat } from "./gzip.ts";
import { host } from "./host.ts";
import { install } from "./install.ts";
import { netstat } from "./netstat.ts";
import { route } from "./route.ts";
import { setsid } from "./setsid.ts";
import { ss } from "./ss.ts";
import { sysctl } from "./sysctl.ts";
import { tar } from "./tar.ts";
import { telnet } from "./telnet.ts";
import { traceroute } from "./traceroute.ts";
import { truncate } from "./truncate.ts";
import { whereis } from "./whereis.ts";
import { arch } from "./arch.ts";
import { crontab } from "./crontab.ts";
import { dmesg } from "./dmesg.ts";
import { link, unlink } from "./link.ts";
import { lsblk } from "./lsblk.ts";
import { mountpoint } from "./mountpoint.ts";
import { pidof } from "./pidof.ts";
import { umount } from "./umount.ts";
import { usleep } from "./usleep.ts";
import { crictl } from "./crictl.ts";
import { ctr } from "./ctr.ts";
import { journalctl } from "./journalctl.ts";
import { systemctl } from "./systemctl.ts";
import { ssh } from "./ssh.ts";
import { openssl } from "./openssl.ts";
import { addgroup, adduser, delgroup, deluser } from "./accounts/adduser.ts";
import { gpasswd, groupadd, groupdel, groupmod } from "./accounts/groupadd.ts";
import { chpasswd, passwd } from "./accounts/passwd.ts";
import { nologin, runuser, su } from "./accounts/su.ts";
import { useradd, userdel, usermod } from "./accounts/useradd.ts";
import { chgrp } from "./chgrp.ts";
import { dnsdomainname } from "./dnsdomainname.ts";
import { dos2unix, unix2dos } from "./dos2unix.ts";
import { factor } from "./factor.ts";
import { findmnt } from "./findmnt.ts";
import { getopt } from "./getopt.ts";
import { fuser, lsof } from "./lsof.ts";
import { lsns, nsenter, unshare } from "./nsenter.ts";
import { pstree } from "./pstree.ts";
import { pwdx } from "./pwdx.ts";
import { setpriv } from "./setpriv.ts";
import { sha224sum } from "./sha224sum.ts";
import { sha384sum } from "./sha384sum.ts";
import { sudo } from "./sudo.ts";
import { tree } from "./tree.ts";
import { vmstat } from "./vmstat.ts";
import { logname, users, w, who } from "./who.ts";
import type { Utility } from "./tool.ts";

/** All utilities. Add one: a file here, a name in this list. */
export const utilities = [
  tsort,
  strings,
  shuf,
  fmt,
  unexpand,
  expand,
  envsubst,
  column,
  cksum,
  awk,
  base64,
  basename,
  bc,
  cat,
  chmod,
  chown,
  chroot,
  clear,
  cmp,
  comm,
  cp,
  curl,
  cut,
  date,
  dd,
  df,
  diff,
  dig,
  dirname,
  du,
  echo,
  env,
  expr,
  falseUtility,
  find,
  fold,
  free,
  git,
  grep,
  egrep,
  fgrep,
  head,
  hexdump,
  hostname,
  id,
  ifconfig,
  ip,
  join,
  jq,
  kill,
  killall,
  less,
  ln,
  ls,
  man,
  md5sum,
  mkdir,
  mktemp,
  more,
  mount,
  mv,
  nc,
  nice,
  nl,
  nohup,
  nproc,
  nslookup,
  od,
  paste,
  pgrep,
  ping,
  pkill,
  printenv,
  printfUtility,
  ps,
  pwd,
  readlink,
  realpath,
  reset,
  rev,
  rm,
  rmdir,
  sed,
  seq,
  sha1sum,
  sha256sum,
  sha512sum,
  sleep,
  sort,
  split,
  stat,
  stty,
  sync,
  tac,
  tail,
  tee,
  ...testUtilities,
  time,
  timeout,
  top,
  touch,
  tput,
  tr,
  trueUtility,
  tty,
  uname,
  uniq,
  uptime,
  watch,
  wc,
  wget,
  which,
  whoami,
  xargs,
  xxd,
  yes,
  yq,
  apk,
  apropos,
  apt,
  aptGet,
  arp,
  fallocate,
  getent,
  groups,
  gunzip,
  gzip,
  host,
  install,
  netstat,
  route,
  setsid,
  ss,
  sysctl,
  tar,
  telnet,
  traceroute,
  truncate,
  whatis,
  whereis,
  zcat,
  arch,
  crontab,
  dmesg,
  link,
  lsblk,
  mountpoint,
  pidof,
  umount,
  unlink,
  usleep,
  crictl,
  ctr,
  journalctl,
  systemctl,
  ssh,
  openssl,
  addgroup,
  adduser,
  chgrp,
  chpasswd,
  delgroup,
  deluser,
  dnsdomainname,
  dos2unix,
  factor,
  findmnt,
  fuser,
  getopt,
  gpasswd,
  groupadd,
  groupdel,
  groupmod,
  logname,
  lsns,
  lsof,
  nologin,
  nsenter,
  passwd,
  pstree,
  pwdx,
  runuser,
  setpriv,
  sha224sum,
  sha384sum,
  su,
  sudo,
  tree,
  unix2dos,
  unshare,
  useradd,
  userdel,
  usermod,
  users,
  vmstat,
  w,
  who,
  vi,
  view,
  vim,
  nano,
] satisfies readonly Utility[];
