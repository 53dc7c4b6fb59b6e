import { expect, it } from "vitest";
import { MemoryStorage } from "../storage.ts";
import { testCluster } from "../testing.ts";

const WATCH =
  "etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key watch --prefix /registry/configmaps/default";

it("a control plane is after a reload as it was before: what ran runs on, what was down stays down until it is mended", async () => {
  const storage = new MemoryStorage();
  const options = { preset: "kubeadm", addons: false, nodes: 2, storage } as const;
  let c = await testCluster(options);
  const reload = async (): Promise<void> => {
    await c.flush();
    c.stop();
    c = await testCluster(options);
    expect(c.resumed).toBe(true);
  };
  const on = (script: string): Promise<string> => c.sh(`ssh controlplane bash -s <<'END'\n${script}\nEND`);
  const restarts = "kubectl get pods -n kube-system -l tier=control-plane --no-headers | awk '{print $2, $4}' | sort | uniq -c";
  const WHOLE = "      4 1/1 0";

  // With somebody who watches etcd, and a probe or two on their way.
  c.clock.input(async () => void c.workstation.run(`ssh controlplane ${WATCH}`));
  await c.advance(5);
  await c.sh("kubectl create configmap seen");
  await reload();
  await c.advance(20);
  expect(await c.sh(restarts)).toBe(WHOLE);
  const serial = "openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -serial; sha256sum < /etc/kubernetes/pki/ca.key";
  const before = await on(serial);

  await on("mv /etc/kubernetes/manifests/kube-apiserver.yaml /root");
  await c.advance(10);
  await reload();
  expect(await c.sh("kubectl get nodes 2>&1 | tail -n 1")).toContain("was refused");
  expect(await on(serial)).toBe(before);
  await on("mv /root/kube-apiserver.yaml /etc/kubernetes/manifests");
  // While it starts.
  await c.advance(1.2);
  await reload();
  await c.advance(40);
  expect(await c.sh(`kubectl get configmaps -o name; ${restarts}`)).toBe(`configmap/kube-root-ca.crt\nconfigmap/seen\n${WHOLE}`);
}, 60_000);
