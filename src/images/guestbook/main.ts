import { header } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { apacheNotFound, apachePhp, phpPage } from "../php-apache.ts";
import { bulks, parseReply } from "../redis/resp.ts";

const APACHE = "2.4.53";
const PHP = "7.4.29";

const PAGE = `<html ng-app="redis">
  <head>
    <title>Guestbook</title>
  </head>
  <body ng-controller="RedisCtrl">
    <div style="width: 50%; margin-left: 20px">
      <h2>Guestbook</h2>
    <form>
    <fieldset>
    <input ng-model="msg" placeholder="Messages" class="form-control" type="text" name="input"><br>
    <button type="button" class="btn btn-primary" ng-click="controller.onRedis()">Submit</button>
    </fieldset>
    </form>
    <div>
      <div ng-repeat="msg in messages track by $index">
        {{msg}}
      </div>
    </div>
    </div>
  </body>
</html>
`;

/** The walk-through's front end: a page, and a script that asks Redis: leader and follower, or by the names of old, master and slave. */
export const guestbookFrontend =
  (leader: string, follower: string): Program =>
  (proc) =>
    apachePhp(proc, { apache: APACHE, php: PHP }, async (request) => {
      if (request.path === "/" || request.path === "/index.html")
        return { status: 200, headers: [["Content-Type", "text/html"]], body: PAGE };
      if (request.path !== "/guestbook.php") return apacheNotFound(APACHE, header(request.headers, "host") ?? "");
      const query = new URLSearchParams(request.query);
      const [cmd, key = "", value = ""] = ["cmd", "key", "value"].map((name) => query.get(name) ?? "");
      if (cmd !== "set" && cmd !== "get") return phpPage(PHP, 501, "guestbook.php without cmd is not simulated by Timonel\n");
      try {
        const answer = await ask(proc, hostOf(proc, cmd === "set" ? leader : follower), cmd === "set" ? ["SET", key, value] : ["GET", key]);
        return phpPage(PHP, 200, cmd === "set" ? '{"message": "Updated"}' : `{"data": "${answer}"}`, "application/json");
      } catch {
        // An exception that nobody catches is an empty page.
        return phpPage(PHP, 500, "");
      }
    });

function hostOf({ env }: ProcessContext, name: string): string {
  return env["GET_HOSTS_FROM"] === "env" ? (env[`${name.toUpperCase().replaceAll("-", "_")}_SERVICE_HOST`] ?? name) : name;
}

async function ask(proc: ProcessContext, host: string, command: readonly string[]): Promise<string> {
  const socket = await proc.net.connect(host, 6379, { timeout: 5000 });
  const bytes = command.map((part) => String.fromCharCode(...new TextEncoder().encode(part)));
  await socket.write(Uint8Array.from(bulks(bytes), (c) => c.charCodeAt(0)));
  let text = "";
  for (;;) {
    const parsed = parseReply(text);
    if (parsed) {
      socket.end();
      const { reply } = parsed;
      if (reply.type === "error") throw new Error(reply.text);
      return "text" in reply ? new TextDecoder().decode(Uint8Array.from(reply.text, (c) => c.charCodeAt(0))) : "";
    }
    const data = await socket.read();
    if (data === null) throw new Error("Error while reading line from the server");
    for (const byte of data) text += String.fromCharCode(byte);
  }
}
