import { expect, it } from "vitest";
import { testCluster } from "../testing.ts";

it("kubeadm's commands do their part on a cluster that is there, and name what they do not do", async () => {
  const c = await testCluster({ preset: "kubeadm", addons: false, nodes: 2 });
  const on = (machine: string, script: string): Promise<string> => c.sh(`ssh ${machine} bash -s <<'END' 2>&1\n${script}\nEND`);
  const cp = (script: string): Promise<string> => on("controlplane", script);

  // The documentation's pipe gives what the join command says.
  const hash = await cp(
    "openssl x509 -pubkey -in /etc/kubernetes/pki/ca.crt | openssl rsa -pubin -outform der 2>/dev/null | openssl dgst -sha256 -hex | sed 's/^.* //'",
  );
  expect(await cp("kubeadm token create --print-join-command")).toContain(`--discovery-token-ca-cert-hash sha256:${hash}`);
  expect(await cp("kubeadm token list -o json | jq -r '.kind, .groups[0]'")).toBe(
    "BootstrapToken\nsystem:bootstrappers:kubeadm:default-node-token",
  );

  // A name more for the API server.
  expect(
    await cp(
      "cd /etc/kubernetes/pki; mv apiserver.crt apiserver.key /root/; kubeadm init phase certs apiserver --apiserver-cert-extra-sans=api.example,10.9.9.9",
    ),
  ).toBe(
    '[certs] Using certificateDir folder "/etc/kubernetes/pki"\n[certs] Generating "apiserver" certificate and key\n[certs] apiserver serving cert is signed for DNS names [api.example controlplane kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local] and IPs [10.96.0.1 172.18.0.2 10.9.9.9]',
  );
  expect(await cp("kubeadm init phase certs apiserver; openssl x509 -in /etc/kubernetes/pki/apiserver.crt -noout -checkip 10.9.9.9")).toBe(
    '[certs] Using certificateDir folder "/etc/kubernetes/pki"\n[certs] Using existing apiserver certificate and key on disk\nIP 10.9.9.9 does match certificate',
  );
  expect(
    await cp(
      "rm /etc/kubernetes/admin.conf; kubeadm init phase kubeconfig admin; kubectl --kubeconfig /etc/kubernetes/admin.conf auth whoami | grep Groups",
    ),
  ).toBe(
    '[kubeconfig] Using kubeconfig folder "/etc/kubernetes"\n[kubeconfig] Writing "admin.conf" kubeconfig file\nGroups                                              [kubeadm:cluster-admins system:authenticated]',
  );
  expect(await cp("kubeadm upgrade diff v1.36.3 -c 0 | grep '^[-+]' | head -n 4")).toBe(
    "--- /etc/kubernetes/manifests/kube-apiserver.yaml\n+++ new manifest\n-    image: registry.k8s.io/kube-apiserver:v1.36.2\n+    image: registry.k8s.io/kube-apiserver:v1.36.3",
  );

  // What a machine is prepared with.
  expect(
    await cp(
      "printf '# k8s\\nnet.ipv4.ip_forward = 1\\n-no.such=1\\nnet.bad=2\\n' > /etc/sysctl.d/k8s.conf; sysctl --system; systemctl --failed",
    ),
  ).toBe(
    `* Applying /etc/sysctl.d/k8s.conf ...
net.ipv4.ip_forward = 1
sysctl: cannot stat /proc/sys/net/bad: No such file or directory
  UNIT LOAD ACTIVE SUB DESCRIPTION
0 loaded units listed.`,
  );

  // A user for a day.
  expect(
    await cp(
      "kubeadm kubeconfig user --client-name bob --org dev --validity-period 24h > bob; grep client-certificate-data bob | sed 's/.*: //' | base64 -d | openssl x509 -noout -subject -checkend 90000",
    ),
  ).toBe("subject=O = dev, CN = bob\nCertificate will expire\n[1]");

  // Machines that are in a cluster stay in it, and say why as kubeadm does.
  const trace = "To see the stack trace of this error execute with --v=5 or higher";
  expect(await on("node-1", "kubeadm join 172.18.0.2:6443 --token abcdef.0123456789abcdef")).toBe(`[preflight] Running pre-flight checks
error: error execution phase preflight: [preflight] Some fatal errors occurred:
	[ERROR FileAvailable--etc-kubernetes-kubelet.conf]: /etc/kubernetes/kubelet.conf already exists
	[ERROR Port-10250]: Port 10250 is in use
	[ERROR FileAvailable--etc-kubernetes-pki-ca.crt]: /etc/kubernetes/pki/ca.crt already exists
[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`
${trace}
[1]`);
  expect(await cp("kubeadm init | tail -n 1; kubeadm init --ignore-preflight-errors=all 2>&1 | tail -n 2")).toContain(
    `error: init is not simulated by Timonel beyond its pre-flight checks: this machine is in its cluster for as long as it is there\n${trace}`,
  );
  expect(
    await cp(
      "for a in 'certs foo' 'certs' 'foo' 'init --foo' 'reset --force' 'init phase addon' 'init --pod-network-cidr 10.0.0.0/8' 'token list -z'; do kubeadm $a 2>&1 | head -n 1; done",
    ),
  ).toBe(`error: invalid subcommand: "foo"
error: missing subcommand; "certs" is not meant to be run on its own
error: unknown command "foo" for "kubeadm"
error: unknown flag: --foo
error: reset is not simulated by Timonel: a machine is in its cluster for as long as it is there
error: init phase addon is not simulated by Timonel
error: --pod-network-cidr is not simulated by Timonel
error: unknown shorthand flag: 'z' in -z`);
  expect(await cp("kubeadm token list --help | head -n 4")).toBe(
    "List bootstrap tokens on the server\n\nUsage:\n  kubeadm token list [flags]",
  );
});
