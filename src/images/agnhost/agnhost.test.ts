import { describe, expect, it } from "vitest";
import { computer } from "../testing/computer.ts";

const IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.63.0";
const volume = { "/data": { "a.txt": "value-1\n" } };

describe("agnhost", () => {
  it.each([
    [
      ["mounttest", "--file_content=/data/a.txt", "--file_mode=/data/a.txt"],
      'mode of file "/data/a.txt": -rw-r--r--\ncontent of file "/data/a.txt": value-1\n\n',
      0,
    ],
    [
      ["mounttest", "--file_content=/data/none"],
      'error reading file content for "/data/none": open /data/none: no such file or directory\n',
      1,
    ],
    [
      ["mounttest", "--new_file_0644=/tmp/new", "--file_perm=/tmp/new", "--file_owner=/tmp/new"],
      'content of file "/tmp/new": mount-tester new file\n\nperms of file "/tmp/new": -rw-r--r--\nowner UID of "/tmp/new": 0\nowner GID of "/tmp/new": 0\n',
      0,
    ],
    [["mounttest", "--new_file_0660=/data/new"], 'error writing new file "/data/new": open /data/new: read-only file system\n', 1],
    [["entrypoint-tester", "a", "b"], "[/agnhost entrypoint-tester a b]\n", 0],
    [["fake-gitserver"], 'agnhost: the subcommand "fake-gitserver" is not simulated by Timonel\n', 1],
    [["logs-generator", "-d", "1s"], expect.stringMatching(/^F\d{4} .* logs_generator\.go:63\] Invalid total number of lines: 0\n$/), 255],
  ])("%s", async (args, output, code) => {
    const { run } = computer();
    const { runtime, id, log } = await run(IMAGE, { args }, volume);
    expect([log(), runtime.status(id)?.exitCode]).toEqual([output, code]);
  });
  it("generates as many lines as it is told, evenly", async () => {
    const { run, clock } = computer();
    const { runtime, id, log } = await run(IMAGE, { args: ["logs-generator", "--log-lines-total=10", "--run-duration", "10s"] });
    await clock.advance(5000);
    expect(log().split("\n").length).toBeLessThan(10);
    await clock.advance(5000);
    expect(log().split("\n")).toHaveLength(11);
    expect(log()).toMatch(
      /^I\d{4} [\d:.]+ +1 logs_generator\.go:76\] 0 (GET|POST|PUT) \/api\/v1\/namespaces\/[\w-]+\/pods\/\w{3,4} \d{3}\n/,
    );
    expect(runtime.status(id)?.exitCode).toBe(0);
  });
  it("keeps a guestbook: sets, gets, and hands all to who registers", async () => {
    const { run, get } = computer();
    const { pod } = await run(IMAGE, { args: ["guestbook", "--http-port", "6379"] });
    expect((await get(pod.ip, 6379, "/set?key=messages&value=hello")).text).toBe('{"message":"Updated"}');
    expect((await get(pod.ip, 6379, "/get?key=messages")).text).toBe('{"data":"hello"}');
    expect((await get(pod.ip, 6379, "/register?host=10.0.0.9")).text).toBe('{"data":{"messages":"hello"}}');
    expect(await get(pod.ip, 6379, "/guestbook?cmd=no")).toMatchObject({ status: 400, text: "unsupported cmd: 'no'\n" });
  });
  it("netexec runs commands, dials, and ends when told, before it can answer", async () => {
    const { run, get, clock } = computer();
    const { pod, runtime, id } = await run(IMAGE, { args: ["netexec"] });
    expect((await get(pod.ip, 8080, "/shell?cmd=echo%20a;%20exit%203")).text).toBe('{"error":"exit status 3","output":"a\\n"}');
    expect((await get(pod.ip, 8080, `/dial?host=${pod.ip}&port=8080&request=hostname`)).text).toBe('{"responses":["web"]}');
    expect((await get(pod.ip, 8080, `/dial?host=${pod.ip}&port=9&request=hostname`)).text).toBe(
      `{"errors":["Get \\"http://${pod.ip}:9/hostname\\": dial tcp ${pod.ip}:9: connect: connection refused"]}`,
    );
    expect((await get(pod.ip, 8080, `/dial?host=${pod.ip}&port=8081&protocol=udp&request=echo%20HI`)).text).toBe('{"responses":["hi"]}');
    await expect(get(pod.ip, 8080, "/exit?code=7")).rejects.toBeDefined();
    await clock.advance(1000);
    expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 7 });
  });
  it("porter says on each port what it was given", async () => {
    const { run, get } = computer();
    const { pod } = await run(IMAGE, { args: ["porter"], env: { SERVE_PORT_80: "foo", SERVE_PORT_1080: "bar" } });
    expect([(await get(pod.ip, 80)).text, (await get(pod.ip, 1080)).text]).toEqual(["foo", "bar"]);
  });
  it("converts the official tests' custom resource", async () => {
    const { run, get } = computer();
    const { pod } = await run(IMAGE, { args: ["crd-conversion-webhook", "--port=9443"] });
    const request = {
      uid: "u",
      desiredAPIVersion: "stable.example.com/v2",
      objects: [{ apiVersion: "stable.example.com/v1", hostPort: "h:1" }],
    };
    const body = JSON.stringify({ apiVersion: "apiextensions.k8s.io/v1", kind: "ConversionReview", request });
    expect(JSON.parse((await get(pod.ip, 9443, "/crdconvert", [], "POST", body)).text)).toMatchObject({
      response: {
        uid: "u",
        convertedObjects: [{ apiVersion: "stable.example.com/v2", host: "h", port: "1" }],
        result: { status: "Success" },
      },
    });
  });
});
