import { isNetworkError } from "./network-error.ts";
import { relay } from "./nc/relay.ts";
import type { Utility } from "./tool.ts";

export const telnet: Utility = {
  name: "telnet",
  usage: "HOST [PORT]",
  about: "Connect to telnet server",
  flags: {
    user: { short: "l", value: "USER", help: "Automatic login as USER" },
    automatic: { short: "a", help: "Automatic login with $USER variable" },
    eight: { short: "8", help: "8-bit data path" },
    escapeless: { short: "E", help: "No escape character" },
  },
  async run(t) {
    const [host, text = "23"] = t.args;
    if (host === undefined) return t.fail(t.busybox ? "a host is required" : "interactive mode is not supported by this simulator");
    const port = Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65535)
      return t.fail(t.busybox ? `bad port '${text}'` : `could not resolve ${host}/${text}: Servname not supported for ai_socktype`);
    let ip: string;
    try {
      ip = (await t.proc.net.lookup(host))[0] as string;
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      return t.fail(t.busybox ? `bad address '${host}'` : `could not resolve ${host}/${text}: ${error.message}`);
    }
    if (!t.busybox) await t.out(`Trying ${ip}...\n`);
    await t.flush();
    try {
      const socket = await t.proc.net.connect(ip, port);
      await t.out(t.busybox ? `Connected to ${host}\n` : `Connected to ${host}.\nEscape character is '^]'.\n`);
      await t.flush();
      await relay(t, socket);
      if (t.busybox) return await t.fail("Connection closed by foreign host").then(() => 1);
      await t.proc.stderr.write("Connection closed by foreign host.\n");
      return 1;
    } catch (error) {
      if (!isNetworkError(error)) throw error;
      if (t.busybox)
        return t.fail(`can't connect to remote host (${ip}): ${error.code === "ETIMEDOUT" ? "Operation timed out" : error.message}`);
      return t.fail(`Unable to connect to remote host: ${error.message}`);
    }
  },
};
