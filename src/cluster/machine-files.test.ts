import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes:
  - {name: settings, configMap: {name: settings}}
  - {name: safe, secret: {secretName: safe}}
  - {name: disk, emptyDir: {}}
  - {name: ram, emptyDir: {medium: Memory, sizeLimit: 10Mi}}
  - {name: logs, hostPath: {path: /var/log}}
  containers:
  - name: talker
    image: busybox
    command: [sh, -c, "while sleep 1; do date +%s; echo oops >&2; done"]
    volumeMounts:
    - {name: settings, mountPath: /settings}
    - {name: safe, mountPath: /safe}
    - {name: disk, mountPath: /disk}
    - {name: ram, mountPath: /ram}
    - {name: logs, mountPath: /var/log}
`;

const cluster = async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.sh(`kubectl create configmap settings --from-literal=a=b; kubectl create secret generic safe --from-literal=pin=7788
kubectl apply -f - <<'END'${POD}END
kubectl wait --for=condition=Ready pod/p --timeout=60s; sleep 3`);
  const on = (command: string): Promise<string> => c.sh(`ssh node-1 bash -s <<'END'\n${command}\nEND`);
  const within = (command: string): Promise<string> => c.sh(`kubectl exec p -- sh -c '${command}'`);
  return { ...c, on, within };
};

it("mounts say what they are, and how much room there is on what they are", async () => {
  const c = await cluster();
  expect(await c.within('mount | grep -E "^(overlay|tmpfs|/dev/vda1)" | grep -v etc | cut -d, -f1')).toBe(
    [
      "overlay on / type overlay (rw",
      "tmpfs on /dev type tmpfs (rw",
      "/dev/vda1 on /dev/termination-log type ext4 (rw",
      "/dev/vda1 on /settings type ext4 (ro",
      "tmpfs on /safe type tmpfs (ro",
      "/dev/vda1 on /disk type ext4 (rw",
      "tmpfs on /ram type tmpfs (rw",
      "/dev/vda1 on /var/log type ext4 (rw",
      "tmpfs on /var/run/secrets/kubernetes.io/serviceaccount type tmpfs (ro",
    ].join("\n"),
  );
  await c.within("dd if=/dev/zero of=/ram/x bs=1M count=3 2>/dev/null; dd if=/dev/zero of=/disk/x bs=1M count=30 2>/dev/null");
  expect(
    await c.within(
      'df -h /ram; df -k / /disk | awk "{print \\$1, \\$2, \\$6}"; df -P /disk | tail -n 1 | awk "{print \\$2 - \\$3 - \\$4}"',
    ),
  ).toBe(
    `Filesystem                Size      Used Available Use% Mounted on
tmpfs                    10.0M      3.0M      7.0M  30% /ram
Filesystem 1K-blocks Mounted
overlay 104857600 /
/dev/vda1 104857600 /disk
0`,
  );
  const used = Number(await c.on("df -k --type=ext4 | tail -n 1 | awk '{print $3}'"));
  expect(used).toBeGreaterThan(30 * 1024);
  expect(await c.on("lsblk; df -h / | tail -n 1 | awk '{print $1, $2}'")).toBe(
    "NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS\nvda    254:0    0  100G  0 disk \n└─vda1 254:1    0  100G  0 part /\n/dev/vda1 100G",
  );
});

it("the machine's files have its pods' logs as the runtime writes them, and their volumes", async () => {
  const c = await cluster();
  expect(await c.on("tail -n 2 /var/log/pods/default_p_*/talker/0.log")).toMatch(
    /^2026-01-01T00:00:\d\d\.\d{9}Z stdout F 17672256\d\d\n2026-01-01T00:00:\d\d\.\d{9}Z stderr F oops$/,
  );
  expect(
    await c.on(
      "ls /var/log/containers | sed 's/-[0-9a-f]*.log//'; timeout 4 tail -n 0 -f /var/log/containers/p_default_talker-*.log | grep -c stdout",
    ),
  ).toMatch(/^p_default_talker\n[2-4]$/);
  expect(await c.within("cat /var/log/containers/p_default_talker-*.log | grep -c oops")).toMatch(/^[5-9]$/);
  const volumes = "/var/lib/kubelet/pods/*/volumes";
  expect(
    await c.on(`cat ${volumes}/kubernetes.io~secret/safe/pin; echo; echo kept > $(echo ${volumes}/kubernetes.io~empty-dir/disk)/note`),
  ).toBe("7788");
  expect(await c.within("cat /disk/note")).toBe("kept");
  await c.sh("kubectl delete pod p --grace-period=1");
  await c.advance(5);
  expect(await c.on("ls /var/log/containers /var/log/pods /var/lib/kubelet/pods")).toBe(
    "/var/lib/kubelet/pods:\n\n/var/log/containers:\n\n/var/log/pods:",
  );
});

it("a pod that has the machine's root has what is mounted there, too", async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.sh("kubectl debug node/node-1 --image=busybox -- sleep 1000; sleep 5");
  const within = (command: string): Promise<string> => c.sh(`kubectl exec $(kubectl get pods -o name) -- ${command}`);
  expect(await within("chroot /host cat /proc/1/comm")).toBe("systemd");
  expect(await within("cat /host/proc/1/comm")).toBe("systemd");
  expect(await within("chroot /host findmnt -n -o TARGET,FSTYPE /proc")).toBe("/proc proc");
});
