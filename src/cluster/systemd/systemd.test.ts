import { describe, expect, it } from "vitest";
import { MemoryStorage } from "../storage.ts";
import { testCluster } from "../testing.ts";

const cluster = async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.advance(5);
  // reference-node's shell is on the node's network: systemctl there is the machine's by ssh.
  const on = (command: string): Promise<string> => c.sh(`ssh node-1 bash -s <<'END'\n${command}\nEND`);
  const ready = (): Promise<string> => c.sh(`kubectl get node node-1 --no-headers | awk '{print $2}'`);
  return { ...c, on, ready };
};

describe("a machine's units", () => {
  it("are what runs on it: its kubelet is stopped, and its node is lost while its pods run on", async () => {
    const c = await cluster();
    await c.sh("kubectl run web --image=nginx:1.27; kubectl wait --for=condition=Ready pod/web --timeout=60s");
    expect(
      await c.on("systemctl is-active kubelet containerd ssh; systemctl is-enabled kubelet; ps -o pid,comm -C kubelet,sshd | wc -l"),
    ).toMatch(/^active\nactive\nactive\nenabled\n/);
    expect(await c.on("systemctl stop kubelet; systemctl is-active kubelet; pidof kubelet")).toBe("inactive\n[1]");
    await c.advance(60);
    expect(await c.ready()).toBe("NotReady");
    expect(await c.on("crictl ps -q | wc -l")).toBe("1");
    expect(await c.on("systemctl start kubelet; sleep 15; journalctl -u kubelet -o cat | grep -v '^I' | head -5")).toBe(
      [
        "Started kubelet.service - kubelet: The Kubernetes Node Agent.",
        "Stopping kubelet.service - kubelet: The Kubernetes Node Agent...",
        "kubelet.service: Deactivated successfully.",
        "Stopped kubelet.service - kubelet: The Kubernetes Node Agent.",
        "Started kubelet.service - kubelet: The Kubernetes Node Agent.",
      ].join("\n"),
    );
    expect(await c.ready()).toBe("Ready");
  });

  it("come back when their process is killed, as they are told to", async () => {
    const c = await cluster();
    expect(await c.on("kill -9 $(pidof kubelet); systemctl status kubelet | sed -n '5p;7,8p'")).toMatch(
      /^ {5}Active: activating \(auto-restart\) \(Result: signal\) since .*; 0ms ago\n {4}Process: \d+ ExecStart=.* \(code=killed, signal=KILL\)\n {3}Main PID: \d+ \(code=killed, signal=KILL\)$/,
    );
    expect(await c.on("sleep 11; systemctl is-active kubelet; systemctl show kubelet -p NRestarts --value")).toBe("active\n1");
    expect(await c.on("journalctl -u kubelet | grep -c 'Main process exited, code=killed, status=9/KILL'")).toBe("1");
  });

  it("say in which file, and what of it, keeps a kubelet from starting, and start it once that is right again", async () => {
    const c = await cluster();
    const broken = await c.on(`sed -i s/ca.crt/WRONG-CA-FILE.crt/ /var/lib/kubelet/config.yaml
systemctl restart kubelet; sleep 1
systemctl status kubelet | grep Active; journalctl -u kubelet -o cat | grep 'command failed'`);
    expect(broken).toMatch(/Active: activating \(auto-restart\) \(Result: exit-code\) since/);
    expect(broken).toContain(
      `"command failed" err="failed to construct kubelet dependencies: unable to load client CA file /etc/kubernetes/pki/WRONG-CA-FILE.crt: open /etc/kubernetes/pki/WRONG-CA-FILE.crt: no such file or directory"`,
    );
    await c.advance(60);
    expect(await c.ready()).toBe("NotReady");
    await c.on("sed -i s/WRONG-CA-FILE.crt/ca.crt/ /var/lib/kubelet/config.yaml; systemctl restart kubelet");
    await c.advance(15);
    expect(await c.ready()).toBe("Ready");
  });

  it("are read anew only when that is asked for", async () => {
    const c = await cluster();
    const file = "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf";
    expect(
      await c.on(`sed -i 's,/usr/bin/kubelet ,/usr/local/bin/kubelet ,' ${file}; systemctl restart kubelet; systemctl is-active kubelet`),
    ).toBe(
      "active\nWarning: The unit file, source configuration file or drop-ins of kubelet.service changed on disk. Run 'systemctl daemon-reload' to reload units.",
    );
    expect(
      await c.on("systemctl daemon-reload; systemctl restart kubelet; systemctl is-active kubelet; journalctl -u kubelet -o cat -n 5"),
    ).toBe(
      [
        "activating",
        "Started kubelet.service - kubelet: The Kubernetes Node Agent.",
        "kubelet.service: Failed to locate executable /usr/local/bin/kubelet: No such file or directory",
        "kubelet.service: Failed at step EXEC spawning /usr/local/bin/kubelet: No such file or directory",
        "kubelet.service: Main process exited, code=exited, status=203/EXEC",
        "kubelet.service: Failed with result 'exit-code'.",
      ].join("\n"),
    );
    await c.on(`sed -i 's,/usr/local/bin/kubelet ,/usr/bin/kubelet ,' ${file}; systemctl daemon-reload`);
    await c.advance(30);
    expect(await c.ready()).toBe("Ready");
  });

  it("are followed in the journal, and looked for by time and words", async () => {
    const c = await cluster();
    const followed = "timeout 5 journalctl -f -n 0 -u kubelet -o cat & sleep 1; systemctl restart kubelet; wait";
    expect((await c.on(followed)).split("\n").slice(0, 3)).toEqual([
      "Stopping kubelet.service - kubelet: The Kubernetes Node Agent...",
      "kubelet.service: Deactivated successfully.",
      "Stopped kubelet.service - kubelet: The Kubernetes Node Agent.",
    ]);
    expect(
      await c.on("journalctl -u kubelet --since -10s -g 'deactivated' -o cat; journalctl -u nope; journalctl -u kubelet --since tomorrow"),
    ).toBe("kubelet.service: Deactivated successfully.\n-- No entries --\n-- No entries --");
  });

  it("are as they were after a reload, their journal too", async () => {
    const storage = new MemoryStorage();
    const first = await testCluster({ preset: "reference-node", storage });
    await first.advance(5);
    await first.sh("ssh node-1 'systemctl disable --now kubelet; kill -9 $(pidof containerd)'");
    await first.flush();
    first.stop();
    const second = await testCluster({ preset: "reference-node", storage });
    expect(
      await second.sh(
        "ssh node-1 'systemctl is-active kubelet containerd; systemctl is-enabled kubelet; journalctl -u kubelet -o cat -n 1'",
      ),
    ).toBe("inactive\nactivating\ndisabled\nStopped kubelet.service - kubelet: The Kubernetes Node Agent.\n[1]".replace("\n[1]", ""));
    await second.advance(60);
    expect(await second.sh("ssh node-1 'systemctl is-active containerd; pgrep -l containerd$'")).toMatch(/^active\n\d+ containerd$/);
    expect(await second.sh("kubectl get node node-1 --no-headers | awk '{print $2}'")).toBe("NotReady");
  });
});
