import { describe, expect, it } from "vitest";
import { computer } from "../database/testing/computer.ts";

describe("redis", () => {
  it("starts, serves and says so", async () => {
    const c = computer();
    const pod = await c.run("redis", "redis:7.4");
    await c.clock.advance(1000);
    console.log(pod.log());
    console.log(await pod.sh("redis-cli ping; redis-cli set a 1; redis-cli incr a; redis-cli get a; redis-cli --no-raw hgetall x; redis-cli -p 7 ping; redis-cli foo bar; printf 'set k v\\nget k\\n' | redis-cli; redis-cli info replication; ls -l /data"));
    const two = await c.run("two", "redis:7.4", { args: ["--replicaof", pod.ip, "6379"] });
    await c.clock.advance(8000);
    console.log(two.log(), pod.log());
    console.log(await two.sh("redis-cli get a; redis-cli set b 1; redis-cli info replication; redis-cli role; redis-cli -h " + pod.ip + " set after yes; redis-cli get after"));
    const f = c.freeze();
    const d = computer(f);
    await d.thaw();
    console.log(await d.pod("redis").sh("redis-cli get k; redis-cli set k2 v2; redis-cli info persistence"));
    console.log(await d.pod("two").sh("redis-cli get k2"));
    await d.pod("redis").stop();
    await d.clock.advance(3000);
    console.log(d.pod("redis").log(), d.pod("redis").status()?.exitCode, d.pod("two").log());
  });
});
