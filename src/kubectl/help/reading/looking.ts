import type { HelpTexts } from "../types.ts";

/** Commands that show what there is. */
export const lookingTexts: HelpTexts = {
  get: {
    long: `List objects, or show some of them: a row each, or as much as a format asks for.

A type is written as "kubectl api-resources" lists it: by its name, its short name, or with its version and group. "all" is several types at once, though not every one there is. Secrets' values and managed fields show in YAML and JSON alone, the latter only when asked for.

Without -n it looks in the namespace of the context, with -A in all of them.`,
    examples: `# What runs in this namespace, and where
kubectl get pods
kubectl get pods -o wide

# Several types, everywhere
kubectl get deployments,services -A

# One object as it is kept
kubectl get deployment front -o yaml

# By label, by field, with some labels as columns
kubectl get pods -l app=front
kubectl get pods --field-selector status.phase=Running
kubectl get nodes -L kubernetes.io/hostname

# The newest last
kubectl get events --sort-by=.metadata.creationTimestamp

# A field of each, or columns of your own
kubectl get pods -o jsonpath='{range .items[*]}{.metadata.name}{"\\n"}{end}'
kubectl get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName

# Stay and see what changes
kubectl get pods -w

# What a path of the API answers
kubectl get --raw /readyz`,
  },
  describe: {
    long: `Tell what there is to know of an object: its own fields, those of others that belong to it, and the newest events about it.

Several objects are told of where a name is only begun, by a label, or by a file. It is for reading: a script had better ask "kubectl get -o".`,
    examples: `# Why does it not start?
kubectl describe pod box

# A node, with what is asked of it
kubectl describe node node-1

# All that begin so, all with a label, all that a file names
kubectl describe pods fro
kubectl describe pods -l app=front
kubectl describe -f front.yaml

# Without its events
kubectl describe deployment front --show-events=false`,
  },
  explain: {
    long: `Say what a type's fields are and mean, as the server documents them.

Dots lead into it: pod.spec.containers. With --recursive the names of all fields below are listed, and no more than that.`,
    examples: `# The fields of a Deployment
kubectl explain deployments

# One of them, deep inside
kubectl explain pod.spec.containers.livenessProbe

# Every field by name
kubectl explain cronjob.spec --recursive

# Another version than the preferred one
kubectl explain hpa --api-version=autoscaling/v1`,
  },
  events: {
    long: `List what has happened, the newest last.

Events are kept for an hour. --for asks for those about one object, --types for warnings alone.`,
    examples: `# In this namespace, and in all of them
kubectl events
kubectl events -A

# What happened to one pod
kubectl events --for pod/box

# Warnings alone
kubectl events --types=Warning

# As they come
kubectl events --watch`,
  },
  "cluster-info": {
    long: `Say where the control plane is, and where services are that are part of the cluster: those with the label kubernetes.io/cluster-service=true.`,
    examples: `# Where is it?
kubectl cluster-info`,
  },
  "cluster-info dump": {
    long: `Print what helps to find out what is wrong: nodes, and the events, workloads, services, pods and logs of some namespaces.

Those are the current one and kube-system, or what --namespaces or -A say. With --output-directory each goes into a file of its own.`,
    examples: `# Into files, by namespace
kubectl cluster-info dump --output-directory=dump

# Everything there is
kubectl cluster-info dump -A > everything.json

# Two namespaces
kubectl cluster-info dump --namespaces=default,kube-public --output-directory=two`,
  },
  "api-resources": {
    long: `List the types that the server knows, with their short names, and whether their objects are in namespaces.`,
    examples: `# All of them, then with what can be done to each
kubectl api-resources
kubectl api-resources -o wide

# Those of nodes and the like, those of a group
kubectl api-resources --namespaced=false
kubectl api-resources --api-group=apps

# Those that can be listed, by name
kubectl api-resources --verbs=list -o name`,
  },
  "api-versions": {
    long: `List the groups and versions of the API that the server serves: what a manifest can say for apiVersion.`,
    examples: `# All of them
kubectl api-versions

# Is there a group?
kubectl api-versions | grep autoscaling`,
  },
  version: {
    long: `Print the versions of kubectl, of the kustomize in it, and of the server.

A kubectl is meant for servers at most one minor version away.`,
    examples: `# Both
kubectl version

# Its own alone: no server is needed
kubectl version --client

# For a script
kubectl version -o json`,
  },
  options: {
    long: `List the flags that every command takes.`,
    examples: `# All of them
kubectl options`,
  },
  completion: {
    long: `Print a script for a shell that lets Tab complete kubectl's commands, flags, types and names.

It is to be sourced. What completes is asked of kubectl, and kubectl asks the server, so names are those that there are. bash needs the package bash-completion; an alias is told of with: complete -o default -F __start_kubectl k.`,
    examples: `# For this shell, if it is bash
kubectl completion bash > completion.bash; source completion.bash`,
  },
  plugin: {
    long: `Find programs that add commands to kubectl.

Every executable file on $PATH whose name begins with kubectl- is one: "kubectl greet" runs kubectl-greet, "kubectl greet all" kubectl-greet-all if there is one, and what a plugin writes with an underscore is typed with a dash. None can take the place of a command that kubectl has.`,
    examples: `# Make one, and see that it is found
mkdir -p ~/bin && printf '#!/bin/sh\\necho hello\\n' > ~/bin/kubectl-greet && chmod +x ~/bin/kubectl-greet && PATH=~/bin:$PATH kubectl plugin list

# Which are there?
PATH=~/bin:$PATH kubectl plugin list`,
  },
  "plugin list": {
    long: `List the plugins on $PATH, and warn of those that cannot be run or are hidden by others.`,
    examples: `# With their paths, and without
PATH=~/bin:$PATH kubectl plugin list
PATH=~/bin:$PATH kubectl plugin list --name-only`,
  },
};
