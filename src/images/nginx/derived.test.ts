import { expect, it } from "vitest";
import { header } from "../../network/index.ts";
import { computer } from "../testing/computer.ts";

it("nginxdemos/hello says who it is, as text and as a page with its own names put in", async () => {
  const { run, get } = computer();
  const { pod } = await run("nginxdemos/hello:plain-text");
  const page = await get(pod.ip, 80, "/a?b");
  expect(page.text).toMatch(
    /^Server address: 10\.244\.0\.2:80\nServer name: web\nDate: \d\d\/\w{3}\/\d{4}:[\d:]{8} \+0000\nURI: \/a\?b\nRequest ID: [0-9a-f]{32}\n$/,
  );
  expect(header(page.headers, "cache-control")).toBe("no-cache");
  const { run: again, get: ask } = computer();
  const html = await again("nginxdemos/hello:latest");
  const answer = await ask(html.pod.ip, 80, "/x");
  expect(answer.text).toContain("<span>10.244.0.2:80</span>");
  expect(answer.text).toContain("<span>web</span>");
  expect(header(answer.headers, "etag")).toBeUndefined();
});

it("nginx-unprivileged serves on 8080 as user 101", async () => {
  const { run, get } = computer();
  const { pod, log, exec } = await run("nginxinc/nginx-unprivileged:1.27", { user: { uid: 101, gid: 101 } } as never);
  expect((await get(pod.ip, 8080)).text).toContain("Welcome to nginx!");
  expect(log()).not.toContain("[emerg]");
  expect((await exec("cat", "/tmp/nginx.pid")).out).toBe("1\n");
});

it.each([
  ["another user", { user: { uid: 1000, gid: 1000 } }, "13: Permission denied"],
  ["a root that cannot be written", { readOnlyRoot: true }, "30: Read-only file system"],
])("nginx does not start as %s, and says why twice", async (_, config, why) => {
  const { run } = computer();
  const { runtime, id, log } = await run("nginx:1.27", config as never);
  expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 1 });
  expect(log("stderr")).toMatch(
    new RegExp(`\\[emerg\\] 1#1: mkdir\\(\\) "/var/cache/nginx/client_temp" failed \\(${why}\\)\\nnginx: \\[emerg\\] mkdir\\(\\)`),
  );
});

it("autoindex lists a folder", async () => {
  const { run, get } = computer();
  const conf = "server { listen 80; root /srv; autoindex on; }";
  const { pod, exec } = await run("nginx:1.27", {}, { "/etc/nginx/conf.d": { "default.conf": conf } });
  await exec("sh", "-c", "mkdir -p /srv/b; echo hi > /srv/a.txt");
  expect((await get(pod.ip, 80)).text).toMatch(
    /<h1>Index of \/<\/h1><hr><pre><a href="\.\.\/">\.\.\/<\/a>\r\n<a href="b\/">b\/<\/a> {49}\d\d-\w{3}-\d{4} \d\d:\d\d {19}-\r\n<a href="a\.txt">a\.txt<\/a> .* 3\r\n<\/pre>/,
  );
});
