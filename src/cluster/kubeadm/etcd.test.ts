import { expect, it } from "vitest";
import { testCluster } from "../testing.ts";

const CERTS =
  "--endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key";

it("etcd's snapshot brings back what was deleted since, once its manifest names the folder that it was restored to", async () => {
  const c = await testCluster({ preset: "kubeadm", addons: false });
  const on = (script: string): Promise<string> => c.sh(`ssh controlplane bash -s <<'END'\n${script}\nEND`);
  expect(await on("etcdctl endpoint health 2>&1 | tail -n 2")).toBe(
    "127.0.0.1:2379 is unhealthy: failed to commit proposal: context deadline exceeded\nError: unhealthy cluster",
  );
  expect(await on(`etcdctl ${CERTS} endpoint health | cut -d: -f3-`)).toMatch(/is healthy/);
  expect(await on(`etcdctl ${CERTS} member list`)).toMatch(
    /^[0-9a-f]+, started, controlplane, https:\/\/172.18.0.2:2380, https:\/\/172.18.0.2:2379, false$/,
  );
  await c.sh("kubectl create deployment keep --image=nginx; kubectl create configmap kept --from-literal=a=1");
  await c.advance(20);
  expect(await on(`etcdctl ${CERTS} get /registry/configmaps/default/kept --print-value-only | jq -r .data.a`)).toBe("1");
  expect(
    await on(`etcdctl ${CERTS} snapshot save /opt/backup.db 2>/dev/null; etcdutl snapshot status /opt/backup.db -w table | sed -n 2p`),
  ).toMatch(/^Snapshot saved at \/opt\/backup.db\n\| +HASH +\| REVISION +\| TOTAL KEYS \| TOTAL SIZE \|$/);
  const revision = "etcdutl snapshot status /opt/backup.db | cut -d, -f2";
  expect(Number(await on(revision))).toBeGreaterThan(100);

  await c.sh("kubectl delete deployment keep; kubectl delete configmap kept; kubectl create configmap later");
  await c.advance(40);
  expect(await c.sh("kubectl get pods")).toBe("No resources found in default namespace.");

  expect(await on("etcdutl snapshot restore /opt/backup.db --data-dir /var/lib/etcd-backup 2>&1 | tail -n 1 | jq -r .msg")).toBe(
    "restored snapshot",
  );
  await on("sed -i 's,path: /var/lib/etcd$,path: /var/lib/etcd-backup,' /etc/kubernetes/manifests/etcd.yaml");
  await c.advance(90);
  expect(await c.sh("kubectl get configmaps -o name; kubectl get deploy keep --no-headers | awk '{print $2}'")).toBe(
    "configmap/kept\nconfigmap/kube-root-ca.crt\n1/1",
  );
  expect(await c.sh("kubectl get pods -n kube-system -l tier=control-plane --no-headers | awk '{print $2, $3}' | sort | uniq -c")).toBe(
    "      4 1/1 Running",
  );
  // And the first folder has what there was before.
  await on("sed -i 's,path: /var/lib/etcd-backup,path: /var/lib/etcd,' /etc/kubernetes/manifests/etcd.yaml");
  await c.advance(90);
  expect(await c.sh("kubectl get configmaps -o name")).toBe("configmap/kube-root-ca.crt\nconfigmap/later");
}, 60_000);
