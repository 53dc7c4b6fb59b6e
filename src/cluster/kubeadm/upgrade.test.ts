import { expect, it } from "vitest";
import { testCluster } from "../testing.ts";

it("the upgrade of the official documentation: kubeadm, its certificates and tokens, the control plane, then kubelets", async () => {
  const c = await testCluster({ preset: "kubeadm", addons: false, nodes: 2 });
  const on = (machine: string, script: string): Promise<string> => c.sh(`ssh ${machine} bash -s <<'END'\n${script}\nEND`);
  const cp = (script: string): Promise<string> => on("controlplane", script);

  // Tokens: what join needs, with the authority's real hash.
  const pin = "openssl x509 -pubkey -noout -in /etc/kubernetes/pki/ca.crt | grep -v -e - | base64 -d | sha256sum | cut -d' ' -f1";
  const join = await cp("kubeadm token create --print-join-command");
  expect(join).toMatch(
    /^kubeadm join 172\.18\.0\.2:6443 --token [a-z0-9]{6}\.[a-z0-9]{16} --discovery-token-ca-cert-hash sha256:[0-9a-f]{64}$/,
  );
  expect(join).toContain(`sha256:${await cp(pin)}`);
  expect(
    await cp("kubeadm token create abcdef.0123456789abcdef --ttl 2h --description me; kubeadm token list | sed -n '1p;/abcdef/p'"),
  ).toMatch(
    /^abcdef\.0123456789abcdef\nTOKEN {21}TTL {7}EXPIRES {16}USAGES {19}DESCRIPTION {3}EXTRA GROUPS\nabcdef.0123456789abcdef {3}(1h|2h) +2026-01-01T02:\S+ {3}authentication,signing {3}me {12}system:bootstrappers:kubeadm:default-node-token$/,
  );
  expect(await cp("kubeadm token delete abcdef; kubeadm token delete abcdef")).toContain(
    'bootstrap token "abcdef" deleted\nerror: failed to delete',
  );

  // Certificates.
  expect((await cp("kubeadm certs check-expiration")).split("\n").slice(3, 6)).toEqual([
    "CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED",
    "admin.conf                 Jan 01, 2027 00:00 UTC   364d            ca                      no      ",
    "apiserver                  Jan 01, 2027 00:00 UTC   364d            ca                      no      ",
  ]);
  const serial = "openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -serial";
  const before = await cp(serial);
  await c.advance(60);
  expect(await cp("kubeadm certs renew apiserver | tail -n 1")).toBe("certificate for serving the Kubernetes API renewed");
  expect(await cp(serial)).not.toBe(before);
  expect(await cp("openssl verify -CAfile /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/apiserver.crt")).toBe(
    "/etc/kubernetes/pki/apiserver.crt: OK",
  );

  // The walk.
  expect(await cp("apt-cache madison kubeadm | head -n 1")).toBe(
    "   kubeadm | 1.36.4-1.1 | https://pkgs.k8s.io/core:/stable:/v1.36/deb  Packages",
  );
  expect(await cp("kubeadm upgrade apply v1.36.4 -y 2>&1 | grep FATAL -A 3")).toContain('higher than the kubeadm version "v1.36.2"');
  const install = (name: string): string =>
    `apt-mark unhold ${name} && apt-get update && apt-get install -y ${name}='1.36.4-*' && apt-mark hold ${name}`;
  expect(await cp(`(${install("kubeadm")}) | tail -n 3; kubeadm version -o short`)).toBe(
    "Unpacking kubeadm (1.36.4-1.1) over (1.36.2-1.1) ...\nSetting up kubeadm (1.36.4-1.1) ...\nkubeadm set on hold.\nv1.36.4",
  );
  expect(await cp("kubeadm upgrade plan | grep -A 9 'Upgrade to the latest'")).toBe(`Upgrade to the latest version in the v1.36 series:

COMPONENT                 NODE           CURRENT   TARGET
kube-apiserver            controlplane   v1.36.2   v1.36.4
kube-controller-manager   controlplane   v1.36.2   v1.36.4
kube-scheduler            controlplane   v1.36.2   v1.36.4
etcd                      controlplane   3.6.8-0   3.6.8-0

You can now apply the upgrade by executing the following command:`);
  expect(await cp("kubeadm upgrade apply v1.36.4 -y 2>/dev/null | grep -e SUCCESS -e successfully -e equal")).toBe(
    `[upgrade/staticpods] Current and new manifests of etcd are equal, skipping upgrade
[upgrade/staticpods] Component "kube-apiserver" upgraded successfully!
[upgrade/staticpods] Component "kube-controller-manager" upgraded successfully!
[upgrade/staticpods] Component "kube-scheduler" upgraded successfully!
[upgrade/control-plane] The control plane instance for this node was successfully upgraded!
[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!
[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!
[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "v1.36.4".`,
  );
  const images =
    "kubectl get pods -n kube-system -l tier=control-plane -o jsonpath='{range .items[*]}{.spec.containers[0].image}{\"\\n\"}{end}'";
  expect(await c.sh(images)).toBe(
    "registry.k8s.io/etcd:3.6.8-0\nregistry.k8s.io/kube-apiserver:v1.36.4\nregistry.k8s.io/kube-controller-manager:v1.36.4\nregistry.k8s.io/kube-scheduler:v1.36.4",
  );
  await c.sh("kubectl drain node-1 --ignore-daemonsets");
  expect(
    await on(
      "node-1",
      `(${install("kubeadm")}) >/dev/null; kubeadm upgrade node | tail -n 3; (${install("kubelet")}) >/dev/null; systemctl daemon-reload; systemctl restart kubelet`,
    ),
  ).toContain("[upgrade/addon] Skipping the addon/coredns phase. Not a control plane node.");
  await c.advance(15);
  await c.sh("kubectl uncordon node-1");
  expect(await c.sh("kubectl get nodes --no-headers | awk '{print $1, $2, $5}'")).toBe("controlplane Ready v1.36.2\nnode-1 Ready v1.36.4");
}, 60_000);
