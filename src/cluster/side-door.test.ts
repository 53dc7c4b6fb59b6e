import { describe, expect, it } from "vitest";
import { testCluster } from "./testing.ts";

/** A machine from within: by ssh from the workstation, and by a debugging pod that has its files. */
describe("the machine's own side", () => {
  it("shows a pod's sandbox, container and image, stops a container, and sees it come back", async () => {
    const c = await testCluster({ nodes: 1 });
    const on = (command: string): Promise<string> => c.sh(`ssh node-1 '${command}'`);
    await c.sh("kubectl run web --image=busybox -- sh -c 'echo hello; sleep 1000'");
    await c.advance(20);
    const id = await on("crictl ps --name web -q");
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const head = "CONTAINER +IMAGE +CREATED +STATE +NAME +ATTEMPT +POD ID +POD +NAMESPACE\\n";
    const row = `${id.slice(0, 13)} +[0-9a-f]{13} +\\d+ seconds ago +Running +web +0 +[0-9a-f]{13} +web +default`;
    expect(await on("crictl ps --name web")).toMatch(new RegExp(`^${head}${row}$`));
    expect(await on("crictl pods --name web")).toMatch(/ Ready +web +default +0 +\(default\)$/);
    expect(await on("crictl images busybox")).toMatch(/\ndocker.io\/library\/busybox +latest +[0-9a-f]{13} +\d/);
    expect(await on(`crictl logs ${id.slice(0, 8)}`)).toBe("hello");
    expect(await on(`crictl exec ${id} hostname`)).toBe("web");
    expect(JSON.parse(await on(`crictl inspect ${id}`))).toMatchObject({
      status: { metadata: { name: "web", attempt: 0 }, state: "CONTAINER_RUNNING" },
    });
    expect(await on("ctr -n k8s.io tasks ls")).toContain(id);
    expect(await on(`crictl stop ${id}`)).toBe(id);
    await c.advance(5);
    expect(await on("crictl ps -a --name web")).toMatch(/Running +web +1 [\s\S]*Exited +web +0 /);
    expect(await c.sh("kubectl get pod web -o jsonpath={.status.containerStatuses[0].restartCount}")).toBe("1");
  });

  it("refuses what is not there, and whom it does not know", async () => {
    const c = await testCluster({ nodes: 1 });
    await c.advance(5);
    expect(await c.sh("ssh bob@node-1 id")).toBe("bob@node-1: Permission denied (publickey).\n[255]");
    expect(await c.sh("ssh nowhere id")).toMatch(/^ssh: Could not resolve hostname nowhere: .*\n\[255\]$/);
    expect(await c.sh("ssh node-1 'crictl inspect nope; crictl runp; exit 3'")).toMatch(
      /code = NotFound desc = an error occurred when try to find container .*nope.*: not found.*\n.*runp is not supported by this simulator"\n\[3\]$/,
    );
  });

  it("enters a pod's namespaces by the number of its process", async () => {
    const c = await testCluster({ nodes: 1 });
    await c.sh("kubectl run web --image=nginx");
    await c.advance(20);
    const on = (command: string): Promise<string> =>
      c.sh(`ssh node-1 'P=$(crictl inspect --output go-template --template "{{.info.pid}}" $(crictl ps -q --name web)); ${command}'`);
    expect(await on("nsenter -t $P -n ss -Hltn; nsenter -t $P -u hostname; nsenter -t $P -m ls /usr/share/nginx/html; hostname")).toBe(
      "LISTEN 0 4096 0.0.0.0:80 0.0.0.0:*       \nweb\n50x.html\nindex.html\nnode-1",
    );
    expect(await on("nsenter -t $P -n lsof -i :80 -P | tail -n 1")).toMatch(/^nginx +\d+ root +3u IPv4 +\d+ +0t0 +TCP \*:80 \(LISTEN\)$/);
    expect(await on("nsenter -t $P -n curl -s -o /dev/null -w %{http_code} localhost")).toBe("200");
    expect(await on("nsenter -t $P -m ps")).toBe("nsenter: failed to execute ps: No such file or directory\n[127]");
    expect(await c.sh("kubectl exec web -- nsenter -t 1 -n true")).toContain(
      "reassociate to namespace 'ns/net' failed: Operation not permitted",
    );
  });

  it("is entered by a debugging pod too, whose changes stay on the machine", async () => {
    const c = await testCluster({ nodes: 1 });
    await c.advance(5);
    await c.sh("kubectl debug node/node-1 --image=busybox -- sh -c 'echo kept > /host/root/note; chroot /host crictl pods; sleep 100'");
    await c.advance(20);
    expect(await c.sh("ssh node-1 cat /root/note")).toBe("kept");
    expect(await c.sh("kubectl logs $(kubectl get pods -o name)")).toMatch(/Ready +node-debugger-node-1-\w{5} +default/);
    await c.sh("kubectl run alone --image=debian -- sleep 1000");
    await c.advance(20);
    expect(await c.sh("kubectl exec alone -- crictl ps")).toContain('exec: "crictl": executable file not found in $PATH');
  });
});
