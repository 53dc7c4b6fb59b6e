import { expect, it } from "vitest";
import { testCluster } from "./testing/kernel.ts";
import { matches, sha512crypt } from "./utilities/accounts/crypt.ts";

it.each([
  ["Hello world!", "saltstring", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"],
  ["x", "abcdefgh", "$6$abcdefgh$D7W7qyozKBT.t6FD3DVYHvADbIO0eSyI4.p20LaEUjro8PqTGYYo/EQcuNjhFbzo9Yg5ir1KIEqFY/yJpgFph0"],
])("hashes %s as openssl passwd -6 does", (password, salt, hash) => {
  expect(sha512crypt(password, salt)).toBe(hash);
  expect(matches(password, hash)).toBe(true);
  expect(matches(`${password}.`, hash)).toBe(false);
});

const USER = { config: { user: { uid: 1000, gid: 1000 } } };
const ADA = "adduser -D ada; ";

/** Who works where, what is done, and all that is said. Debian's were recorded with its own tools. */
const rows: readonly (readonly [image: "busybox" | "debian", script: string, said: string])[] = [
  [
    "busybox",
    `${ADA}tail -n 1 /etc/passwd /etc/group | grep ada; ls -ld /home/ada`,
    "ada:x:1000:1000:Linux User,,,:/home/ada:/bin/sh\nada:x:1000:\ndrwxr-sr-x    2 ada      ada           4096 Jan  1 00:00 /home/ada\n",
  ],
  [
    "busybox",
    `${ADA}adduser -D ada; adduser -D -u 1000 b; adduser -D -G nope b; addgroup ada`,
    "adduser: user 'ada' in use\nadduser: uid '1000' in use\nadduser: unknown group nope\naddgroup: group 'ada' in use\n",
  ],
  [
    "busybox",
    `${ADA}addgroup dev; addgroup ada dev; id ada; su ada -c id; deluser ada dev; id ada`,
    "uid=1000(ada) gid=1000(ada) groups=1000(ada),1001(dev)\nuid=1000(ada) gid=1000(ada) groups=1000(ada),1001(dev)\nuid=1000(ada) gid=1000(ada) groups=1000(ada)\n",
  ],
  [
    "busybox",
    `${ADA}deluser ada; su ada; delgroup ada; deluser ada`,
    "su: unknown user ada\ndelgroup: unknown group ada\ndeluser: unknown user ada\n",
  ],
  [
    "busybox",
    `${ADA}su - ada -c 'pwd; echo $HOME $USER $SHELL'; su ada -c 'cat /etc/shadow 2>&1; exit 3'; echo $?`,
    "/home/ada\n/home/ada ada /bin/sh\ncat: can't open '/etc/shadow': Permission denied\n3\n",
  ],
  ["busybox", "adduser -S svc; tail -n 1 /etc/passwd; su svc -c id; echo $?", "svc:x:100:100:Linux User,,,:/home/svc:/bin/false\n1\n"],
  [
    "debian",
    "useradd ada; useradd ada; useradd -g nope x; useradd -u 1000 y; useradd 9:x; tail -n 1 /etc/passwd /etc/group | grep ada",
    "useradd: user 'ada' already exists\nuseradd: group 'nope' does not exist\nuseradd: UID 1000 is not unique\nuseradd: invalid user name '9:x': use --badname to ignore\nada:x:1000:1000::/home/ada:/bin/sh\nada:x:1000:\n",
  ],
  [
    "debian",
    "useradd -m ada; groupadd dev; groupadd dev; usermod -aG dev,nope ada; usermod -aG dev ada; id ada; groups ada; groupdel ada; groupdel nope",
    "groupadd: group 'dev' already exists\nusermod: group 'nope' does not exist\nuid=1000(ada) gid=1000(ada) groups=1000(ada),1001(dev)\nada : ada dev\ngroupdel: cannot remove the primary group of user 'ada'\ngroupdel: group 'nope' does not exist\n",
  ],
  [
    "debian",
    "useradd ada; su nope; su ada -c 'id; echo $HOME $USER'; su - ada -c pwd; su -c 'exit 3'; echo $?; usermod -s /nope ada; su ada -c id; echo $?",
    "su: user nope does not exist or the user entry does not contain all the required fields\nuid=1000(ada) gid=1000(ada) groups=1000(ada)\n/home/ada ada\nsu: warning: cannot change directory to /home/ada: No such file or directory\n/\n3\nusermod: Warning: missing or non-executable shell '/nope'\nsu: failed to execute /nope: No such file or directory\n127\n",
  ],
  [
    "debian",
    "useradd ada; gpasswd -a ada root; gpasswd -d ada root; gpasswd -d ada root; userdel ada; userdel ada",
    "Adding user ada to group root\nRemoving user ada from group root\nRemoving user ada from group root\ngpasswd: user 'ada' is not a member of 'root'\nuserdel: user 'ada' does not exist\n",
  ],
  [
    "debian",
    "adduser --disabled-password --gecos '' cy; adduser cy nope; adduser --system sam; deluser sam; delgroup nope",
    "Adding user `cy' ...\nAdding new group `cy' (1000) ...\nAdding new user `cy' (1000) with group `cy (1000)' ...\nCreating home directory `/home/cy' ...\nCopying files from `/etc/skel' ...\nadduser: The group `nope' does not exist.\nAdding system user `sam' (UID 100) ...\nAdding new user `sam' (UID 100) with group `nogroup' ...\nNot creating `/nonexistent'.\nRemoving user `sam' ...\nDone.\ndelgroup: The group `nope' does not exist.\n",
  ],
  [
    "debian",
    "setpriv --reuid=1000 --clear-groups id -u; setpriv --no-new-privs grep NoNew /proc/self/status; setpriv --bounding-set=-all grep CapEff /proc/self/status; setpriv --reuid=nope id",
    "1000\nNoNewPrivs:\t1\nCapEff:\t0000000000000000\nsetpriv: failed to parse reuid: 'nope'\n",
  ],
  [
    "debian",
    "useradd ada; echo ada:secret | chpasswd; passwd -S ada | cut -d' ' -f1,2; passwd -l ada; passwd -S ada | cut -c1-5; passwd nope",
    "ada P\npasswd: password changed.\nada L\npasswd: user 'nope' does not exist\n",
  ],
  [
    "debian",
    "useradd ada; echo ada:secret | chpasswd; setpriv --reuid=1000 --clear-groups sh -c 'echo wrong | su ada -c id; echo secret | su ada -c \"id -un\"'",
    "Password: su: Authentication failure\nPassword: ada\n",
  ],
  [
    "debian",
    "sudo -u nope id; sudo nope; sudo -u root id -un; useradd ada; setpriv --reuid=1000 --clear-groups sudo id",
    "sudo: unknown user nope\nsudo: error initializing audit plugin sudoers_audit\nsudo: nope: command not found\nroot\nsudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required\n",
  ],
  [
    "debian",
    "useradd ada; echo 'ada ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers; setpriv --reuid=1000 --clear-groups sudo sh -c 'id -un; echo $SUDO_USER'",
    "root\nada\n",
  ],
  ["debian", "touch /tmp/f; chgrp nope /tmp/f; groupadd dev; chgrp dev /tmp/f; stat -c %G /tmp/f", "chgrp: invalid group: 'nope'\ndev\n"],
  [
    "debian",
    "unshare -p true; nsenter -n true; nsenter -t 999 -n true; nsenter -t 1 -n true",
    "unshare: unshare failed: Operation not permitted\nnsenter: neither filename nor target pid supplied for ns/net\nnsenter: cannot open /proc/999/ns/net: No such file or directory\nnsenter: reassociate to namespace 'ns/net' failed: Operation not permitted\n",
  ],
  [
    "debian",
    "getopt -o ab: --long file: -- -a -b x --file=q rest; factor 12 97; sleep 9 & pstree",
    " -a -b 'x' --file 'q' -- 'rest'\n12: 2 2 3\n97: 97\nsh-+-pstree\n   `-sleep\n",
  ],
];

it.each(rows)("%s: %s", async (image, script, said) => {
  const c = testCluster(0, { files: { "/etc/shadow": { text: "root:*::0:::::\n", mode: 0o640 } } });
  const { out, code } = await c.run(`exec 2>&1; ${script}`, { image, config: { capabilities: { drop: ["SYS_ADMIN"] } } });
  expect({ out, code: code === undefined }).toEqual({ out: said, code: false });
});

it("changes no account for anybody but root", async () => {
  const run = (image: string, script: string) => testCluster().run(`exec 2>&1; ${script}`, { image, ...USER });
  expect((await run("debian", "useradd x; echo $?")).out).toBe(
    "useradd: Permission denied.\nuseradd: cannot lock /etc/passwd; try again later.\n1\n",
  );
  expect((await run("busybox", "adduser -D x")).out).toBe("adduser: permission denied (are you root?)\n");
});
