import type { HelpTexts } from "../types.ts";

/** Commands that reach into pods. */
export const enteringTexts: HelpTexts = {
  exec: {
    long: `Run a command in a container that runs already.

What follows -- is the command and its arguments; no shell reads it, unless it is one. -i passes on what is typed, -t makes it a terminal. kubectl ends with the command's own code.`,
    examples: `# One command
kubectl exec box -- date

# A shell
kubectl exec -it box -- sh

# What a shell has to read
kubectl exec box -- sh -c 'ls /etc | wc -l'

# In another container of the pod
kubectl exec two -c side -- hostname

# In a pod of a deployment
kubectl exec deploy/front -- nginx -v`,
  },
  attach: {
    long: `Join the process that a container was started with: see what it writes, and with -i write to it.

With -it the keys ctrl-p ctrl-q, or those of --detach-keys, leave it running.`,
    examples: `# See what it writes from now on
kubectl attach box

# A container of several
kubectl attach two -c side

# Of a pod of a deployment
kubectl attach deploy/front`,
  },
  cp: {
    long: `Copy files and folders into a container, or out of one.

A path there is written as POD:PATH or NAMESPACE/POD:PATH. The container must have tar.`,
    examples: `# Into a pod
kubectl cp front.yaml box:/tmp/front.yaml

# Out of it
kubectl cp box:/etc/hostname ./hostname

# A folder, of another namespace, of one container
kubectl cp manifests default/box:/tmp/manifests
kubectl cp default/two:/etc/hosts ./hosts -c side`,
  },
  "port-forward": {
    long: `Listen on this computer, and pass connections on to a port of a pod.

It goes through the API server, so it needs no way into the cluster, and it ends with its pod. Of a service or workload one pod is picked when it begins.`,
    examples: `# Port 8080 here, 80 there
kubectl port-forward pod/box 8080:80

# Any free port here
kubectl port-forward deployment/front :80

# On every address of this computer
kubectl port-forward --address=0.0.0.0 pod/box 8080:80`,
  },
  proxy: {
    long: `Listen on this computer, and pass requests on to the API server as you.

So a browser or curl can ask it without credentials. Anyone who reaches the port is you: it listens on this computer's own address, for hosts and paths that --accept-... and --reject-... let through. With --www it serves files too.`,
    examples: `# On port 8001
kubectl proxy

# On any free port, the API below /k8s-api/
kubectl proxy --port=0 --api-prefix=/k8s-api

# Files beside it
kubectl proxy --www=pages --www-prefix=/static/`,
  },
  debug: {
    long: `Look into what has no tools of its own: a container added to a running pod, a copy of a pod with something changed, or a pod on a node.

A container that is added shares the pod's network, and with --target another container's processes; it stays in the pod's list for good. A copy leaves the pod alone. On a node the machine's files are below /host. --profile says what the container may do: general, baseline, restricted, netadmin or sysadmin.`,
    examples: `# A shell beside a container
kubectl debug -it box --image=busybox --target=box

# A copy with another command, and one with another image
kubectl debug box --copy-to=box-still --container=box -- sleep 1d
kubectl debug box --copy-to=box-new --set-image=box=nginx:1.27

# A shell on a node
kubectl debug node/node-1 -it --image=busybox

# With more rights, and a variable
kubectl debug box --image=busybox --profile=sysadmin --env=MODE=test -- env`,
  },
};
