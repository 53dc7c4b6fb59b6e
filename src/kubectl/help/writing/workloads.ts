import type { HelpTexts } from "../types.ts";

/** Commands that make, change and move what runs. */
export const workloadTexts: HelpTexts = {
  run: {
    long: `Start one pod with one container of an image.

What follows -- are the container's arguments, or, with --command, its command. A pod that nothing owns is not made anew when it is deleted or its node is lost: for what shall last use "kubectl create deployment". With -it --rm you get a shell of your own that is gone when you leave it.`,
    examples: `# A web server
kubectl run solo2 --image=nginx --port=80

# A shell inside the cluster, gone afterwards
kubectl run tmp --image=busybox --rm -it --restart=Never -- sh

# One command, its output, and its code
kubectl run once --image=busybox --restart=Never --rm --attach -- cat /etc/resolv.conf

# A manifest for a file
kubectl run solo3 --image=nginx --dry-run=client -o yaml > pod.yaml

# With variables and labels, and a service beside it
kubectl run api --image=nginx --port=8080 --env=MODE=test --labels=app=api,tier=back --expose

# Another command than the image has
kubectl run sleeper --image=busybox --command -- sleep 1h`,
  },
  expose: {
    long: `Make a Service that leads to the pods of a workload.

Its selector is taken from the deployment, replica set, replication controller, service or pod, and so are the ports where the containers name them. Its type says from where it is reached: within the cluster, on a port of every node, or through a load balancer.`,
    examples: `# Port 80 of web's pods
kubectl expose deployment web --port=80 --name=web-in

# Another port inside, on a port of every node
kubectl expose deployment web --port=80 --target-port=8080 --type=NodePort --name=web-out

# One pod, under a name of its own
kubectl expose pod solo --port=80 --name=solo-front

# A headless service
kubectl expose deployment web --port=80 --cluster-ip=None --name=web-each`,
  },
  scale: {
    long: `Say how many pods a workload shall have.

--current-replicas and --resource-version make it happen only where nobody was faster.`,
    examples: `# Three pods
kubectl scale deployment/web --replicas=3

# Five, if there are three now
kubectl scale --current-replicas=3 --replicas=5 deployment/web

# None, of all deployments with a label
kubectl scale deployments -l app=idle --replicas=0

# And wait until it is so
kubectl scale deployment/web --replicas=2 --timeout=1m`,
  },
  autoscale: {
    long: `Make a HorizontalPodAutoscaler, which changes the number of a workload's pods with what they use.

A percentage is of what the containers request, so they must request something; an amount is an average over the pods. The numbers come from the metrics server.`,
    examples: `# Between two and ten pods, at 70 % of the processor time they request
kubectl autoscale deployment web --min=2 --max=10 --cpu=70%

# By memory
kubectl autoscale deployment web --max=5 --memory=200Mi --name=web-memory`,
  },
  set: {
    long: `Change one thing of a workload, a service or a binding without touching its manifest.

Each of these patches the live object. With --local and -o yaml they change a manifest and print it instead.`,
  },
  "set env": {
    long: `Set, take away or list environment variables of a workload's containers.

KEY- takes one away. With --from all keys of a config map or secret become variables. Each change rolls out new pods.`,
    examples: `# Set two
kubectl set env deployment/web MODE=test LEVEL=3

# Take one away
kubectl set env deployment/web LEVEL-

# List them, with what they are resolved to
kubectl set env deployment/web --list --resolve

# Every key of a config map, with a prefix
kubectl set env --from=configmap/settings --prefix=APP_ deployment/web

# From what this shell has
env | grep ^HOME= | kubectl set env -e HOME=/srv deployment/web`,
  },
  "set image": {
    long: `Change the images of containers, by the containers' names; * means all of them.

The pods are replaced one after the other; see "kubectl rollout status", and "kubectl rollout undo" for the way back.`,
    examples: `# One container
kubectl set image deployment/web nginx=nginx:1.27

# Every container of every deployment
kubectl set image deployments --all '*=nginx:1.27'

# In a manifest, without a server
kubectl set image -f web.yaml nginx=nginx:1.27 --local -o yaml`,
  },
  "set resources": {
    long: `Set what containers request and what they may not exceed.

Requests decide where a pod has room; a container over its limit of processor time is slowed, over its limit of memory it is killed. 0 takes a value away.`,
    examples: `# Of all containers
kubectl set resources deployment web --requests=cpu=100m,memory=64Mi --limits=memory=128Mi

# Of one
kubectl set resources deployment web -c=nginx --limits=cpu=200m

# Take them away
kubectl set resources deployment web --requests=cpu=0,memory=0 --limits=cpu=0,memory=0`,
  },
  "set selector": {
    long: `Put another selector in place of a service's: its endpoints follow at once.`,
    examples: `# Lead web's traffic to the green pods
kubectl set selector service web app=web,colour=green`,
  },
  "set serviceaccount": {
    long: `Say which service account a workload's pods are. New pods take the place of the old ones.`,
    examples: `# Let web be robot
kubectl set serviceaccount deployment web robot

# In a manifest, without a server
kubectl set sa -f web.yaml robot --local -o yaml`,
  },
  "set subject": {
    long: `Add users, groups or service accounts to a role binding or a cluster role binding.`,
    examples: `# Let bob in, too
kubectl set subject rolebinding viewers --user=bob

# A service account and a group
kubectl set subject rolebinding viewers --serviceaccount=default:robot --group=ops`,
  },
  cordon: {
    long: `Let no new pods onto a node. Those that are there stay.`,
    examples: `# Before some work on node-1
kubectl cordon node-1

# All nodes of a zone
kubectl cordon -l zone=west`,
  },
  uncordon: {
    long: `Let pods onto a node again. Those that had to leave do not come back by themselves.`,
    examples: `# The work is done
kubectl uncordon node-1`,
  },
  drain: {
    long: `Empty a node for maintenance: cordon it, and evict its pods, which their controllers make anew elsewhere.

Evictions heed PodDisruptionBudgets: while one forbids it, drain tries again every five seconds. Pods of DaemonSets stay, and must be said to with --ignore-daemonsets; pods that no controller would make anew need --force; data in emptyDir volumes is lost, which --delete-emptydir-data agrees to. Mirror pods of static ones are left alone.`,
    examples: `# As usual
kubectl drain node-1 --ignore-daemonsets

# Whatever is on it
kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data --force

# What it would evict
kubectl drain node-1 --ignore-daemonsets --force --delete-emptydir-data --dry-run=client

# Give up after a minute
kubectl drain node-1 --ignore-daemonsets --force --delete-emptydir-data --timeout=60s`,
  },
  taint: {
    long: `Put taints on nodes, or take them away with a dash after them.

A pod comes to a node only if it tolerates its taints: NoSchedule keeps new pods away, PreferNoSchedule does so where there is room elsewhere, and NoExecute drives out those that are there. KEY- takes away every taint of that key.`,
    examples: `# Keep others off node-1
kubectl taint nodes node-1 team=web:NoSchedule

# Another value
kubectl taint nodes node-1 team=db:NoSchedule --overwrite

# Take it away
kubectl taint nodes node-1 team:NoSchedule-

# Every taint of a key, from all nodes that have a label
kubectl taint nodes -l zone=west old=:NoSchedule
kubectl taint nodes -l zone=west old-`,
  },
};
