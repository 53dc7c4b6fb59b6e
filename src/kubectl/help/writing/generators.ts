import type { HelpTexts } from "../types.ts";

/** `kubectl create` and each of its generators. */
export const generatorTexts: HelpTexts = {
  create: {
    long: `Make new objects from manifests, or one of the kinds below from a few flags.

With -f a manifest in YAML or JSON is sent as it is, and refused if an object of that name is there already: what shall be changed later is better kept with "kubectl apply". A generator (deployment, configmap, role, ...) writes the manifest for you; with --dry-run=client -o yaml it only shows what it would send, which is the quickest way to a file to start from.`,
    examples: `# Make everything that is described in shop.yaml
kubectl create -f shop.yaml

# Take a manifest from another program
kubectl kustomize overlays/test | kubectl create -f -

# Let the server name the object: the manifest has generateName in place of name
kubectl create -f job.yaml

# Look over a manifest in an editor before it is sent
kubectl create -f shop.yaml --edit

# Write a manifest without making anything
kubectl create deployment web --image=nginx --replicas=2 --dry-run=client -o yaml > web.yaml`,
  },
  "create clusterrole": {
    long: `Make a ClusterRole: verbs that are allowed on resources everywhere in the cluster, on resources that are in no namespace, or on plain paths of the server.

It grants nothing until a binding names it. With --aggregation-rule it has no rules of its own and collects those of all ClusterRoles with the given labels.`,
    examples: `# Reading pods, in whatever namespace it is bound
kubectl create clusterrole pod-reader --verb=get,list,watch --resource=pods

# A subresource and a resource of another group
kubectl create clusterrole scaler --verb=get,update --resource=deployments.apps,deployments.apps/scale

# Two nodes and no other
kubectl create clusterrole two-nodes --verb=get --resource=nodes --resource-name=node-1 --resource-name=node-2

# Paths that are no resources
kubectl create clusterrole health --verb=get --non-resource-url=/healthz,/livez/*

# All rules of roles that have a label
kubectl create clusterrole monitoring --aggregation-rule=rbac.example.com/monitoring=true`,
  },
  "create clusterrolebinding": {
    long: `Grant a ClusterRole to users, groups or service accounts in every namespace.

To grant it in one namespace alone use "kubectl create rolebinding" with --clusterrole.`,
    examples: `# Let ann read everything
kubectl create clusterrolebinding ann-view --clusterrole=view --user=ann

# A group and the service account of an operator
kubectl create clusterrolebinding ops --clusterrole=cluster-admin --group=ops --serviceaccount=tools:operator`,
  },
  "create configmap": {
    long: `Make a ConfigMap from words, files, folders or files of KEY=VALUE lines.

A file's key is its name unless you put another before it, as in key=path. Of a folder each file with a valid name becomes a key, and folders inside it are passed over. What is no UTF-8 goes to binaryData.`,
    examples: `# From words
kubectl create configmap colours --from-literal=sky=blue --from-literal=grass=green

# From a file, under its own name and under another
kubectl create configmap nginx --from-file=nginx.conf --from-file=mime=mime.types

# From every file of a folder
kubectl create configmap pages --from-file=pages/

# From lines of KEY=VALUE
kubectl create configmap app --from-env-file=app.env`,
  },
  "create cronjob": {
    long: `Make a CronJob, which starts a Job at the times that a schedule of cron names: minute, hour, day of the month, month, day of the week.

What follows -- is the command of the job's container.`,
    examples: `# Say hello every minute
kubectl create cronjob hello --image=busybox --schedule="* * * * *" -- echo hello

# At three at night, trying again when it fails
kubectl create cronjob tidy --image=busybox --schedule="0 3 * * *" --restart=OnFailure -- rm -rf /cache`,
  },
  "create deployment": {
    long: `Make a Deployment, which keeps a number of equal pods running and replaces them step by step when their template changes.

Its pods get the label app=NAME, and that is its selector. Each --image becomes a container that is called after the image; what follows -- is the command of the only one.`,
    examples: `# One pod of nginx
kubectl create deployment web --image=nginx

# Three, whose port is told in the manifest
kubectl create deployment web --image=nginx --replicas=3 --port=80

# Two containers in each pod
kubectl create deployment pair --image=nginx --image=redis:7

# A command of your own
kubectl create deployment ticker --image=busybox -- sh -c 'while true; do date; sleep 5; done'`,
  },
  "create ingress": {
    long: `Make an Ingress: rules that lead requests for a host and a path to services.

A rule is host/path=service:port. A path that ends in * is of type Prefix, another is Exact; tls= or tls=SECRET after a comma adds the host to the ones that are served with a certificate.`,
    examples: `# Everything that asks for this host
kubectl create ingress shop --rule="shop.example.com/*=shop:80"

# Exactly one path, through a class of controllers
kubectl create ingress health --class=nginx --rule="shop.example.com/healthz=shop:8080"

# With a certificate from a secret
kubectl create ingress shop --rule="shop.example.com/*=shop:https,tls=shop-cert"

# What no rule matches
kubectl create ingress rest --default-backend=fallback:80 --annotation=example.com/team=web`,
  },
  "create job": {
    long: `Make a Job, which runs a pod until it has succeeded.

With --from the job is one run of a CronJob, now: the quickest way to try one out.`,
    examples: `# Reckon something once
kubectl create job pi --image=perl:5.34 -- perl -Mbignum=bpi -wle 'print bpi(100)'

# Run what a CronJob would run
kubectl create job tidy-now --from=cronjob/tidy`,
  },
  "create namespace": {
    long: `Make a namespace, a room of its own for names, quotas and rights.

To work in it from now on: kubectl config set-context --current --namespace=NAME.`,
    examples: `# A namespace for experiments
kubectl create namespace lab`,
  },
  "create poddisruptionbudget": {
    long: `Make a PodDisruptionBudget: how many of the pods with some labels must stay up, or may be down, while nodes are drained.

Say either --min-available or --max-unavailable, as a number or a percentage.`,
    examples: `# Two of the web's pods stay up whatever is drained
kubectl create poddisruptionbudget web --selector=app=web --min-available=2

# At most a quarter may be away
kubectl create pdb db --selector=app=db --max-unavailable=25%`,
  },
  "create priorityclass": {
    long: `Make a PriorityClass. Pods that name it come before others of a lower value in the scheduler's queue, and may push them off a node that is full.

With --preemption-policy=Never they come first and push nobody. One class may be the global default, for pods that name none.`,
    examples: `# For what must run
kubectl create priorityclass important --value=1000 --description="Comes first"

# First in the queue, without pushing others off
kubectl create priorityclass patient --value=900 --preemption-policy=Never

# For everything that names none
kubectl create priorityclass usual --value=10 --global-default=true`,
  },
  "create quota": {
    long: `Make a ResourceQuota: how much the objects of a namespace may use together, or how many of a kind there may be.

Scopes narrow it down to some pods, such as those without a promise (BestEffort).`,
    examples: `# Ten pods, two cores and four gibibytes altogether
kubectl create quota team --hard=pods=10,requests.cpu=2,requests.memory=4Gi

# Five pods without requests and limits
kubectl create quota loose --hard=pods=5 --scopes=BestEffort`,
  },
  "create role": {
    long: `Make a Role: verbs that are allowed on resources of one namespace.

It grants nothing until a RoleBinding in the same namespace names it. Resources are named in the plural, with their group where they have one, and /subresource for a part of them.`,
    examples: `# Looking at pods
kubectl create role pod-reader --verb=get,list,watch --resource=pods

# Their logs, and one config map
kubectl create role logs --verb=get --resource=pods/log
kubectl create role settings --verb=get,update --resource=configmaps --resource-name=settings

# A resource of another group
kubectl create role deployer --verb=get,list,create,update --resource=deployments.apps`,
  },
  "create rolebinding": {
    long: `Grant a Role, or a ClusterRole within this namespace alone, to users, groups or service accounts.`,
    examples: `# Let ann look at what is in this namespace
kubectl create rolebinding ann-view --clusterrole=view --user=ann

# A role of this namespace for a service account
kubectl create rolebinding robot --role=pod-reader --serviceaccount=default:robot`,
  },
  "create secret": {
    long: `Make a Secret: a password, a key pair for TLS, or the credentials of a registry of images.

Its values are base64 in the manifest, which hides them from a glance and from nobody else.`,
  },
  "create secret docker-registry": {
    long: `Make a secret with the credentials of a registry of images.

Pods use it when imagePullSecrets names it, in their own manifest or in that of their service account. --from-file takes a configuration as docker login has written it.`,
    examples: `# A name and a password
kubectl create secret docker-registry pull --docker-server=registry.example.com --docker-username=ann --docker-password=hush

# What docker login has stored
kubectl create secret docker-registry pull --from-file=.dockerconfigjson=config.json`,
  },
  "create secret generic": {
    long: `Make a secret from words, files, folders or files of KEY=VALUE lines, as "kubectl create configmap" does.

Beware that a value in a command stays in the shell's history; a file does not.`,
    examples: `# From words
kubectl create secret generic db --from-literal=user=ann --from-literal=password=hush

# From a file
kubectl create secret generic key --from-file=ssh-privatekey=id_rsa --type=kubernetes.io/ssh-auth

# From lines of KEY=VALUE
kubectl create secret generic db --from-env-file=db.env`,
  },
  "create secret tls": {
    long: `Make a secret of a certificate and its private key, both in PEM.

They must belong together. An Ingress or a web server's pod uses it.`,
    examples: `# The pair that openssl has made
kubectl create secret tls shop-cert --cert=shop.crt --key=shop.key`,
  },
  "create service": {
    long: `Make a Service of one of the types below. It leads to pods that have the label app=NAME.

For a service that leads to an existing workload "kubectl expose" is shorter: it takes selector and ports from there.`,
  },
  "create service clusterip": {
    long: `Make a Service with an address that works inside the cluster, or, with --clusterip=None, a headless one whose name stands for the pods' own addresses.`,
    examples: `# Port 80, which goes to port 8080 of the pods
kubectl create service clusterip web --tcp=80:8080

# Without an address of its own
kubectl create service clusterip db --clusterip=None`,
  },
  "create service externalname": {
    long: `Make a Service that is another name for a host outside: DNS answers with a CNAME, and nothing is passed on.`,
    examples: `# db is what the world calls db.example.com
kubectl create service externalname db --external-name=db.example.com`,
  },
  "create service loadbalancer": {
    long: `Make a Service that asks the cloud for a load balancer. Its external address stays <pending> where there is nobody to give one.`,
    examples: `# Port 80 from outside to port 8080 of the pods
kubectl create service loadbalancer web --tcp=80:8080`,
  },
  "create service nodeport": {
    long: `Make a Service that every node answers for on a port of its own, between 30000 and 32767.`,
    examples: `# On a port that is chosen for you
kubectl create service nodeport web --tcp=80:8080

# On this one
kubectl create service nodeport web --tcp=80 --node-port=30080`,
  },
  "create serviceaccount": {
    long: `Make a ServiceAccount: who a pod is when it asks the API server. It may do nothing until a binding names it.`,
    examples: `# Somebody for a pod to be
kubectl create serviceaccount robot`,
  },
  "create token": {
    long: `Ask the server for a token of a service account, and print it.

It ends after an hour unless you ask for another time, or earlier with the object that it is bound to.`,
    examples: `# A token of robot
kubectl create token robot

# One for ten minutes, for a reader of your own
kubectl create token robot --duration=10m --audience=https://shop.example.com

# One that ends with a pod
kubectl create token default --bound-object-kind=Pod --bound-object-name=web-0`,
  },
};
