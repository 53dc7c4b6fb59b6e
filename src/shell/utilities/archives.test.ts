import { describe, expect, it } from "vitest";
import { testCluster } from "../testing/kernel.ts";

const files = "cd /tmp; umask 022; mkdir -p d/sub; echo hi > d/f; echo yo > d/sub/g; ln -s f d/l; chmod 640 d/f; ";

describe.each([
  {
    image: "debian",
    rows: [
      ["tar cf a.tar d; tar tf a.tar", "d/\nd/f\nd/l\nd/sub/\nd/sub/g\n"],
      [
        "tar cf - d | tar tvf -",
        "drwxr-xr-x root/root         0 1970-01-01 00:00 d/\n-rw-r----- root/root         3 1970-01-01 00:00 d/f\nlrwxrwxrwx root/root         0 1970-01-01 00:00 d/l -> f\ndrwxr-xr-x root/root         0 1970-01-01 00:00 d/sub/\n-rw-r--r-- root/root         3 1970-01-01 00:00 d/sub/g\n",
      ],
      [
        "mkdir o; tar czf - -C d . | tar xzvf - -C o; cat o/sub/g; readlink o/l; stat -c %a o/f",
        "./\n./f\n./l\n./sub/\n./sub/g\nyo\nf\n640\n",
      ],
      ["tar czf a.tgz /tmp/d/f; tar xf a.tgz -C d; cat d/tmp/d/f", "hi\n", "tar: Removing leading `/' from member names\n"],
      [
        "tar xf nope.tar; echo $?",
        "2\n",
        "tar: nope.tar: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now\n",
      ],
      [
        "tar cf b.tar nope; echo $?",
        "2\n",
        "tar: nope: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\n",
      ],
      [
        "tar cf a.tar d; tar xf a.tar nothing; echo $?; tar xf a.tar -C nodir",
        "2\n",
        "tar: nothing: Not found in archive\ntar: Exiting with failure status due to previous errors\ntar: nodir: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now\n",
      ],
      [
        "echo junk | tar tf -; echo $?",
        "2\n",
        "tar: This does not look like a tar archive\ntar: Exiting with failure status due to previous errors\n",
      ],
      ["tar cf x.tar --exclude=sub d; tar tf x.tar; tar xOf x.tar d/f", "d/\nd/f\nd/l\nhi\n"],
      ["n=$(printf 'x%.0s' $(seq 150)); echo long > d/$n; mkdir o; tar cf - d | tar xf - -C o --strip-components=1; cat o/$n", "long\n"],
      [
        "seq 100 > s; gzip s; ls s*; zcat s.gz | tail -n 1; gunzip s.gz; tail -n 1 s; gzip nope",
        "s.gz\n100\n100\n",
        "gzip: nope: No such file or directory\n",
      ],
      ["echo hi | gunzip; echo hi | gzip -c | gzip -dc", "hi\n", "\ngzip: stdin: not in gzip format\n"],
    ],
  },
  {
    image: "busybox",
    rows: [
      [
        "tar cf - d | tar tvf - | head -n 2",
        "drwxr-xr-x root/root         0 1970-01-01 00:00:01 d/\n-rw-r----- root/root         3 1970-01-01 00:00:01 d/f\n",
      ],
      ["tar xf nope.tar; echo $?", "1\n", "tar: can't open 'nope.tar': No such file or directory\n"],
      ["tar cf b.tar nope; echo $?", "1\n", "tar: nope: No such file or directory\ntar: error exit delayed from previous errors\n"],
      ["echo junk | tar tf -; tar cf - d | head -c 1100 | tar xf - -C /root; echo $?", "1\n", "tar: short read\ntar: short read\n"],
      [
        "seq 100 > s; gzip s; zcat s.gz | wc -l; zcat nope; echo hi | gunzip",
        "100\n",
        "zcat: nope: No such file or directory\ngunzip: invalid magic\n",
      ],
    ],
  },
])("archives: $image", ({ image, rows }) => {
  it.each(rows.map(([script = "", out = "", err = ""]) => [script, out, err] as const))("%s", async (script, out, err) => {
    const got = await testCluster().run(files + script, { image, shell: "sh" });
    expect({ out: got.out, err: got.err }).toEqual({ out, err });
  });
});
