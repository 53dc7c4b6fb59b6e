import { describe, expect, it } from "vitest";
import { testCluster } from "../testing/kernel.ts";

const files = "cd /tmp; printf 'a\\nb\\nc\\nd\\n' > one; printf 'a\\nB\\nc\\nd\\ne\\n' > two; ";

describe.each([
  {
    image: "debian",
    rows: [
      ["diff one two; echo $?", "2c2\n< b\n---\n> B\n4a5\n> e\n1\n"],
      ["diff -u one two | tail -n +3", "@@ -1,4 +1,5 @@\n a\n-b\n+B\n c\n d\n+e\n"],
      ["diff -q one two; diff -i one two; diff one one && echo same", "Files one and two differ\n4a5\n> e\nsame\n"],
      ["mkdir p q; cp one p/f; cp two q/f; touch p/x; diff -r p q", "diff -r p/f q/f\n2c2\n< b\n---\n> B\n4a5\n> e\nOnly in p: x\n"],
      ["printf 'x' > u; printf 'x\\n' > v; diff u v", "1c1\n< x\n\\ No newline at end of file\n---\n> x\n"],
      ["cmp one two; cmp -l one two 2>/dev/null; cmp -s one one; echo $?", "one two differ: byte 3, line 2\n3 142 102\n0\n"],
      [
        "printf 'hello\\nworld' | od -c; printf 'AB' | od -An -tx1; printf 'hello' | od",
        "0000000   h   e   l   l   o  \\n   w   o   r   l   d\n0000013\n 41 42\n0000000 062550 066154 000157\n0000005\n",
      ],
      [
        "head -c 40 /dev/zero | hexdump -C; printf 'hi!' | hexdump",
        "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n*\n00000020  00 00 00 00 00 00 00 00                           |........|\n00000028\n0000000 6968 0021\n0000003\n",
      ],
      [
        "printf 'hello xxd' | xxd; printf 'hello xxd' | xxd -p; echo 68690a | xxd -r -p",
        "00000000: 6865 6c6c 6f20 7878 64                   hello xxd\n68656c6c6f20787864\nhi\n",
      ],
      [
        "nl one | head -n 1; printf 'abcdefgh ij\\n' | fold -w 4; printf 'aa bb cc\\n' | fold -s -w 4",
        "     1\ta\nabcd\nefgh\n ij\naa \nbb \ncc\n",
      ],
      ["paste one two | head -n 2; paste -sd, one; seq 4 | paste - -", "a\ta\nb\tB\na,b,c,d\n1\t2\n3\t4\n"],
      ["printf '1 x\\n2 y\\n' > l; printf '1 p\\n3 q\\n' > r; join l r; join -a 1 -a 2 l r", "1 x p\n1 x p\n2 y\n3 q\n"],
      ["printf 'a\\nb\\n' > l; printf 'b\\nc\\n' > r; comm l r; comm -12 l r", "a\n\t\tb\n\tc\nb\n"],
      ["split -l 3 one; cat xab; split -b 2 -d one n; cat n01", "d\nb\n"],
      [
        "expr 2 + 3 '*' 4; expr abc : 'a\\(.\\)'; expr length hello; expr 5 '>' 10; expr 1 / 0",
        "14\nb\n5\n0\n",
        "expr: division by zero\n",
      ],
      ["echo 'scale=3; 10/3; 2^10; sqrt(2); x=5; x*2; 7%3; 1/0' | bc", "3.333\n1024\n1.414\n10\n.001\n", "bc: Divide by zero\n"],
      ["dd if=one of=out bs=2 count=2 status=none; cat out; dd if=/dev/zero bs=1K count=2 status=none | wc -c", "a\nb\n2048\n"],
      ["top -b -n 1 | head -n 2 | tail -n 1", "Tasks:   4 total,   0 running,   4 sleeping,   0 stopped,   0 zombie\n"],
      ["du -s one; mkdir dd; printf hi > dd/f; du -a dd; du -sh dd", "4\tone\n4\tdd/f\n8\tdd\n8.0K\tdd\n"],
      [
        "printf 'a1\\nb\\n' | grep --color=always -n a",
        "\x1b[32m\x1b[K1\x1b[m\x1b[K\x1b[36m\x1b[K:\x1b[m\x1b[K\x1b[01;31m\x1b[Ka\x1b[m\x1b[K1\n",
      ],
      ["printf 'a\\0b\\n' | grep a; printf 'a\\0b\\n' | grep -ac a", "grep: (standard input): binary file matches\n1\n"],
      ["seq 3 | xargs -P 3 -n 1 sh -c 'sleep $((4-$1)); echo $1' x", "3\n2\n1\n"],
      ["sed -s -n '$p' one two", "d\ne\n"],
      ["timeout -v 1 sleep 5; echo $?", "124\n", "timeout: sending signal TERM to command ‘sleep’\n"],
      [
        "echo old > log; (sleep 2.5; mv log log.1; echo new > log; echo more >> log.1) & timeout 6 tail -n 1 -f log; timeout 4 tail -F log",
        "old\nmore\nnew\n",
      ],
      [
        "nice -n 5 true; echo $?; nice -n 0 echo ok; nice",
        "125\nok\n0\n",
        "nice: scheduling priorities are not simulated in Timonel; only -n 0 is\n",
      ],
      ["find /tmp -xdev -name one; ln -s /tmp loop; find -L /tmp -name one 2>/dev/null | sort | head -n 1", "/tmp/one\n/tmp/one\n"],
      ["tput setaf 1; tput sgr0; tput nope; echo $?", "\x1b[31m\x1b(B\x1b[m4\n", "tput: unknown terminfo capability 'nope'\n"],
      ["stty size", "", "stty: 'standard input': Inappropriate ioctl for device\n"],
    ],
  },
  {
    image: "busybox",
    rows: [
      ["diff one two", "--- one\n+++ two\n@@ -1,4 +1,5 @@\n a\n-b\n+B\n c\n d\n+e\n"],
      ["cmp one two", "one two differ: char 3, line 2\n"],
      [
        "free | head -n 1; uptime | sed 's/.* up/up/'",
        "              total        used        free      shared  buff/cache   available\nup 0 min,  load average: 0.00, 0.00, 0.00\n",
      ],
      [
        "df | head -n 1; df /proc | tail -n 1",
        "Filesystem           1K-blocks      Used Available Use% Mounted on\nproc                         0         0         0   0% /proc\n",
      ],
      [
        "mount | grep proc; mount -t tmpfs x /mnt",
        "proc on /proc type proc (rw,nosuid,nodev,noexec,relatime)\nproc on /proc/sys type proc (ro,nosuid,nodev,noexec,relatime)\n",
        "mount: permission denied (are you root?)\n",
      ],
      ["ps | tail -n 1 | awk '{ print $1, $2, $4 }'", "4 root awk\n"],
      ["sh -n -c 'echo never'; sh -v -c 'echo a; echo b'", "a\nb\n", "echo a; echo b\n"],
      ["set -o posix; set -o vi; set +o emacs", "", "sh: set: line 0: posix: not supported by this simulator\n"],
    ],
  },
] as const)("$image", ({ image, rows }) => {
  it.each(rows.map(([script, out, err = ""]) => [script, out, err] as const))("%s", async (script, out, err) => {
    const got = await testCluster().run(files + script, { image, shell: "sh" });
    expect({ out: got.out, err: got.err }).toEqual({ out, err });
  });
});
