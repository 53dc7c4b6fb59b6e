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
