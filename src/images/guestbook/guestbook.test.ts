import { expect, it } from "vitest";
import { computer } from "../testing/computer.ts";

it("a front end whose Redis is not there serves its page, and fails what needs one", async () => {
  const { run, get } = computer();
  const { pod, log } = await run("gcr.io/google-samples/gb-frontend:v5", {
    env: { GET_HOSTS_FROM: "env", REDIS_LEADER_SERVICE_HOST: "127.0.0.1" },
  });
  expect((await get(pod.ip, 80)).text).toContain("<h2>Guestbook</h2>");
  expect((await get(pod.ip, 80, "/guestbook.php?cmd=set&key=m&value=x")).status).toBe(500);
  expect(log("stdout")).toMatch(/"GET \/ HTTP\/1\.1" 200 \d+ "-" "test"\n/);
});

it("the guestbook in Go serves its page and its surroundings, and panics without its Redis as negroni lets it", async () => {
  const { run, get } = computer();
  const { pod, log } = await run("registry.k8s.io/guestbook:v3");
  expect((await get(pod.ip, 3000)).text).toContain("<h1>Guestbook</h1>");
  expect((await get(pod.ip, 3000, "/env")).text).toMatch(/^\{\n {2}"HOME": "\/root",\n {2}"HOSTNAME": "web"/);
  expect(await get(pod.ip, 3000, "/lrange/guestbook")).toMatchObject({ status: 500, text: expect.stringMatching(/^PANIC: /) });
  expect((await get(pod.ip, 3000, "/nope")).status).toBe(404);
  expect(log("stdout")).toMatch(/^\[negroni\] listening on :3000\n\[negroni\] Started GET \/\n\[negroni\] Completed 200 OK in .*\n/);
});
