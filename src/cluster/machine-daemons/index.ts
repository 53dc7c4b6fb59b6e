import { serveHttp, type Socket } from "../../network/index.ts";
import { RuntimeError } from "../../runtime/index.ts";
import { FRAME } from "../../machinery/index.ts";
import type { ClusterMachine } from "../machines.ts";
import { serveSystemd } from "../systemd/requests.ts";
import { serveCri } from "./cri.ts";
import { carry, converse } from "./session.ts";

const SSH_PORT = 22;
/** The kubelet's own (k8s: KubeletConfiguration healthzPort), for the machine itself only. */
const HEALTHZ_PORT = 10_248;
/** Where containerd's service for tools on the machine answers; a real one has a socket in the file system. */
const CRI_PORT = 10_010;
/** And the manager of the machine's units; a real one has a socket, too. */
const SYSTEMD_PORT = 10_011;

/** What answers on a machine's own ports, besides its workloads and kube-proxy. */
export function machineDaemon(
  machine: ClusterMachine | undefined,
  port: number,
  now: () => number,
): ((socket: Socket) => void) | undefined {
  if (machine?.power !== "On") return undefined;
  if (port === CRI_PORT && machine.runtimeUp)
    return (socket) => {
      // Only the machine itself may talk to its runtime.
      if (socket.remote.ip !== socket.local.ip && !socket.remote.ip.startsWith("127.")) return socket.destroy();
      void converse(socket, (c) => serveCri(c, machine.runtime, now));
    };
  const { systemd, journal, name } = machine;
  if (port === SYSTEMD_PORT && systemd)
    return (socket) => {
      if (socket.remote.ip !== socket.local.ip && !socket.remote.ip.startsWith("127.")) return socket.destroy();
      void converse(socket, (c) => serveSystemd(c, { name, systemd, journal, bootedAt: machine.bootedAt ?? 0 }));
    };
  if (port === HEALTHZ_PORT && machine.kubelet.kubelet)
    return (socket) => {
      if (!socket.local.ip.startsWith("127.")) return socket.destroy();
      void serveHttp(socket, () => ({ status: 200, headers: [["Content-Type", "text/plain; charset=utf-8"]], body: "ok" }));
    };
  const sshd = machine.systemd?.pidOf("ssh.service");
  if (port !== SSH_PORT || (systemd && sshd === undefined)) return undefined;
  return (socket) =>
    void converse(socket, async (c) => {
      const { command, tty, columns, rows } = c.request as { command?: string; tty: boolean; columns?: number; rows?: number };
      try {
        const session = machine.runtime.login(command === undefined ? ["bash", "-l"] : ["bash", "-c", command], { tty, stdin: true }, sshd);
        if (tty && columns !== undefined && rows !== undefined) session.resize(columns, rows);
        await carry(c, session);
      } catch (error) {
        if (!(error instanceof RuntimeError)) throw error;
        await c.send(FRAME.refusal, "shell request failed");
      }
    });
}
