import { describe, expect, it } from "vitest";
import { testCluster } from "../testing.ts";

const MANIFESTS = "/etc/kubernetes/manifests";

/** One cluster: its control plane is broken and mended over and over. */
async function cluster() {
  const c = await testCluster({ preset: "kubeadm", addons: false });
  const on = (script: string): Promise<string> => c.sh(`ssh controlplane bash -s <<'END'\n${script}\nEND`);
  return { ...c, on };
}
const READY = "kubectl get pods -n kube-system -l tier=control-plane --no-headers | awk '{print $1, $2, $3}'";
const WHOLE = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]
  .map((name) => `${name}-controlplane 1/1 Running`)
  .join("\n");
const REFUSED = "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?";

describe("a control plane in static pods", () => {
  it("is what it runs: components go and come with their containers, and say why in their logs", async () => {
    const c = await cluster();
    expect(await c.sh(READY)).toBe(WHOLE);
    expect(await c.sh("kubectl get nodes --no-headers | awk '{print $1, $2, $3, $5}'")).toBe(
      "controlplane Ready control-plane v1.36.2\nnode-1 Ready <none> v1.36.2\nnode-2 Ready <none> v1.36.2",
    );
    expect(await c.on("kubectl auth whoami | grep -v Extra; kubectl --kubeconfig /etc/kubernetes/scheduler.conf get secrets")).toMatch(
      /Username +kubernetes-admin\nGroups +\[kubeadm:cluster-admins system:authenticated\]\nError .*User "system:kube-scheduler" cannot list/,
    );

    // The scheduler's manifest is gone: pods wait, and are scheduled once it is back.
    await c.on(`mv ${MANIFESTS}/kube-scheduler.yaml /root/`);
    await c.advance(5);
    await c.sh("kubectl run late --image=nginx");
    await c.advance(20);
    expect(await c.sh("kubectl get pod late -o jsonpath='{.status.phase} {.spec.nodeName}'")).toBe("Pending");
    await c.on(`mv /root/kube-scheduler.yaml ${MANIFESTS}/`);
    await c.advance(40);
    expect(await c.sh("kubectl get pod late -o jsonpath='{.status.phase}'")).toBe("Running");

    // A flag that there is not: the container crashes, and says which.
    await c.on(`sed -i 's/--leader-elect=true/--leader-elect=true\\n    - --no-such-flag=1/' ${MANIFESTS}/kube-controller-manager.yaml`);
    await c.advance(40);
    expect(await c.sh("kubectl -n kube-system logs kube-controller-manager-controlplane")).toBe("Error: unknown flag: --no-such-flag");
    expect(
      await c.sh("kubectl create deployment web --image=nginx; sleep 5; kubectl get deploy web --no-headers | awk '{print $2}'"),
    ).toContain("0/1");
    await c.on(`sed -i /no-such-flag/d ${MANIFESTS}/kube-controller-manager.yaml`);
    await c.advance(60);
    expect(await c.sh("kubectl get deploy web --no-headers | awk '{print $2}'")).toBe("1/1");

    // The API server's certificate is not where it says: nobody listens, and crictl tells why.
    await c.on(`sed -i s,pki/apiserver.crt,pki/apiserver-wrong.crt, ${MANIFESTS}/kube-apiserver.yaml`);
    await c.advance(40);
    expect(await c.sh("kubectl get pods 2>&1 | tail -n 1")).toBe(REFUSED);
    expect(await c.on("kubectl get pods 2>&1")).toContain("The connection to the server 172.18.0.2:6443 was refused");
    expect(await c.on("crictl logs $(crictl ps -a --state exited --name kube-apiserver -q | head -n 1) 2>&1 | tail -n 1")).toMatch(
      /^E0101 00:\S+ +1 run.go:72\] "command failed" err="open \/etc\/kubernetes\/pki\/apiserver-wrong.crt: no such file or directory"$/,
    );
    await c.on(`sed -i s,apiserver-wrong.crt,apiserver.crt, ${MANIFESTS}/kube-apiserver.yaml`);
    await c.advance(60);
    expect(await c.sh(READY)).toBe(WHOLE);
    expect(await c.sh("kubectl get pod late -o jsonpath='{.status.phase}'")).toBe("Running");
  }, 60_000);
});
