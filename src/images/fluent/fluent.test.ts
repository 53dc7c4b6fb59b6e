import { expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

const times = (text: string): string =>
  text
    .replace(/\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d(\.\d+)?/g, "T")
    .replace(/\d{10}\.\d{9}/g, "S")
    .replace(/inode=\d+/g, "inode=N");
const SIDECAR = `<source>
  @type tail
  path /var/log/*.log
  exclude_path ["/var/log/2.log"]
  pos_file /var/log/fluentd.pos
  tag count.*
  <parse>
    @type none
  </parse>
</source>
<filter count.**>
  @type record_transformer
  <record>
    host \${hostname}
    was "\${record["message"]}!"
  </record>
  remove_keys message
</filter>
<match count.**>
  @type stdout
</match>
`;

it("fluentd follows files that come to be, also after it was put away and by a new pod from where the last one was", async () => {
  const c = computer();
  const volumes = {
    "/var/log": { name: "logs", files: { "0.log": "before\n" } },
    "/fluentd/etc": { name: "config", files: { "fluent.conf": SIDECAR } },
  };
  const pod = await c.run("agent", "fluent/fluentd:v1.18-1", { user: { uid: 0 } }, volumes);
  await c.clock.advance(3000);
  await pod.sh("echo one >> /var/log/1.log; printf 'half' >> /var/log/1.log; echo no >> /var/log/2.log; echo more >> /var/log/0.log");
  await c.clock.advance(1000);
  expect(times(pod.log()).replace(/using configuration file: <ROOT>[\s\S]*<\/ROOT>/, "using configuration file: …")).toBe(
    `T +0000 [info]: parsing config file is succeeded path="/fluentd/etc/fluent.conf"
T +0000 [info]: gem 'fluentd' version '1.18.0'
T +0000 [info]: using configuration file: …
T +0000 [info]: starting fluentd-1.18.0 pid=1 ruby="3.2.8"
T +0000 [info]: adding filter pattern="count.**" type="record_transformer"
T +0000 [info]: adding match pattern="count.**" type="stdout"
T +0000 [info]: adding source type="tail"
T +0000 [info]: #0 starting fluentd worker pid=1 ppid=0 worker=0
T +0000 [info]: #0 following tail of /var/log/0.log
T +0000 [info]: #0 fluentd worker is now running worker=0
T +0000 [info]: #0 following tail of /var/log/1.log
T +0000 count.var.log.0.log: {"host":"agent","was":"more!"}
T +0000 count.var.log.1.log: {"host":"agent","was":"one!"}
`,
  );
  const after = computer(c.freeze());
  await after.thaw();
  await after.pod("agent").sh("echo ' done' >> /var/log/1.log; mv /var/log/1.log /var/log/1.old; echo new >> /var/log/1.log");
  await after.clock.advance(1000);
  expect(times(after.pod("agent").log()).split("\n").slice(-4)).toEqual([
    'T +0000 count.var.log.1.log: {"host":"agent","was":"half done!"}',
    "T +0000 [info]: #0 following tail of /var/log/1.log",
    'T +0000 count.var.log.1.log: {"host":"agent","was":"new!"}',
    "",
  ]);
  await after.pod("agent").stop();
  expect(after.pod("agent").status()?.exitCode).toBe(0);
  const next = await after.run(
    "next",
    "fluent/fluentd:v1.18-1",
    { user: { uid: 0 } },
    {
      "/var/log": { name: "logs" },
      "/fluentd/etc": { name: "config" },
    },
  );
  await after.clock.advance(3000);
  await next.sh("echo last >> /var/log/1.log");
  await after.clock.advance(1000);
  expect(next.log()).toContain('{"host":"next","was":"last!"}');
  expect(next.log()).not.toContain('was":"one');
});

it.each([
  ["<match **>\n  @type elasticsearch\n</match>\n", "Unknown output plugin 'elasticsearch': it is not simulated by Timonel"],
  ["<source>\n  @type tail\n  tag x\n</source>\n", "'path' parameter is required"],
  ["<source>\n  @type tail\n", "expected end tag '</source>' but got end of file"],
  ["<match **>\n  type google_cloud\n</match>\n", "Unable to obtain metadata parameters: project_id zone vm_id"],
])("fluentd ends with what is wrong in its configuration: %j", async (text, why) => {
  const c = computer();
  const pod = await c.run("agent", "fluent/fluentd", {}, { "/fluentd/etc": { name: "config", files: { "fluent.conf": text } } });
  await c.clock.advance(3000);
  expect(pod.log()).toMatch(/config error file="\/fluentd\/etc\/fluent.conf" error_class=Fluent::ConfigError/);
  expect(pod.log()).toContain(`error="${why}"`);
  expect(pod.status()).toMatchObject({ state: "exited", exitCode: 1 });
});

it("fluent-bit reads a node's container logs and shows them once a second", async () => {
  const c = computer();
  const config = `[SERVICE]
    Flush 1
    Parsers_File parsers.conf
[INPUT]
    Name tail
    Path /var/log/containers/*.log
    Tag kube.*
    multiline.parser docker, cri
    Read_from_Head On
[FILTER]
    Name record_modifier
    Match *
    Record node \${NODE}
    Remove_key _p
[FILTER]
    Name grep
    Match kube.*
    Exclude log secret
[OUTPUT]
    Name stdout
    Match *
`;
  const pod = await c.run(
    "agent",
    "fluent/fluent-bit:4.0",
    { args: ["-c", "/config/fluent-bit.conf"], env: { NODE: "node-1" } },
    {
      "/var/log/containers": {
        name: "logs",
        files: { "web_default_web-1.log": "2026-01-02T03:04:01.500000000Z stdout F hello\n2026-01-02T03:04:02Z stderr F a secret\n" },
      },
      "/config": { name: "config", files: { "fluent-bit.conf": config } },
    },
  );
  await c.clock.advance(2500);
  expect(times(pod.log())).toBe(
    `Fluent Bit v4.0.7
* Copyright (C) 2015-2025 The Fluent Bit Authors
* Fluent Bit is a CNCF sub-project under the umbrella of Fluentd
* https://fluentbit.io

[T] [ info] [fluent bit] version=4.0.7, pid=1
[T] [ info] [storage] type=memory, sync=normal, checksum=off, max_chunks_up=128
[T] [ info] [input:tail:tail.0] initializing
[T] [ info] [input:tail:tail.0] storage_strategy='memory' (memory only)
[T] [ info] [sp] stream processor started
[T] [ info] [output:stdout:stdout.0] worker #0 started
[T] [ info] [input:tail:tail.0] inotify_fs_add(): inode=N name=/var/log/containers/web_default_web-1.log
[0] kube.var.log.containers.web_default_web-1.log: [[S, {}], {"time"=>"2026-01-02T03:04:01.500000000Z", "stream"=>"stdout", "log"=>"hello", "node"=>"node-1"}]
`,
  );
  // It is put away between reading a line and showing it.
  await c.run(
    "writer",
    "busybox:1.36",
    { args: ["sh", "-c", "echo 2026-01-02T03:04:09Z stdout F late >> /logs/web_default_web-1.log; sleep 9"] },
    { "/logs": { name: "logs" } },
  );
  await c.clock.advance(100);
  const after = computer(c.freeze());
  await after.thaw();
  await after.clock.advance(2000);
  expect(
    after
      .pod("agent")
      .log()
      .split("\n")
      .slice(1)
      .filter((l) => l.includes('"late"')),
  ).toHaveLength(1);
  await after.pod("agent").stop();
  expect(after.pod("agent").status()?.exitCode).toBe(0);
});
