import type { HelpTexts } from "../types.ts";

/** Commands that change objects by their manifests, or take them away. */
export const objectTexts: HelpTexts = {
  apply: {
    long: `Make objects as their manifests say, whether they exist or not.

What an object was applied with is kept in its last-applied annotation. The next apply compares three things: that, the manifest and the live object. A field that has gone from the manifest goes from the object, a field that nobody ever put into the manifest stays as it is.

With --server-side the server does the comparing, and knows of each field who manages it; a field of somebody else's is a conflict, until --force-conflicts takes it over. With --prune objects that were applied once and are in no manifest any more are deleted.`,
    examples: `# Bring the cluster to what a file says
kubectl apply -f web.yaml

# All manifests of a folder, or of a kustomization
kubectl apply -f manifests/
kubectl apply -k overlays/test

# What would happen, as the server sees it
kubectl apply -f web.yaml --dry-run=server

# Let the server merge, under a name of your own
kubectl apply --server-side --field-manager=ann -f shop.yaml

# Delete config maps with the label app=shop that the files name no more
kubectl apply -f manifests/ --prune -l app=shop --prune-allowlist=core/v1/ConfigMap`,
  },
  "apply edit-last-applied": {
    long: `Open an editor on the last-applied annotation of an object, and store what comes out of it.

The object itself stays as it is; the next apply compares with what you wrote.`,
    examples: `# What web was applied with
kubectl apply edit-last-applied deployment/web

# As JSON, in another editor
KUBE_EDITOR=nano kubectl apply edit-last-applied deployment/web -o json`,
  },
  "apply set-last-applied": {
    long: `Write the content of a manifest into the last-applied annotation of the object that it names, and nothing else.

This is for an object that was made by other means and shall be applied from now on.`,
    examples: `# Let the next apply believe that web was applied with this file
kubectl apply set-last-applied -f web.yaml

# The same for an object that has no such annotation yet
kubectl apply set-last-applied -f shop.yaml --create-annotation=true`,
  },
  "apply view-last-applied": {
    long: `Show what an object was last applied with.`,
    examples: `# As YAML
kubectl apply view-last-applied deployment/web

# As JSON, of the object that a file names
kubectl apply view-last-applied -f web.yaml -o json`,
  },
  edit: {
    long: `Open objects as they are on the server in an editor, and send what you have changed.

The editor is KUBE_EDITOR, else EDITOR, else vi. An object that the server refuses is opened once more, with the reasons in its first lines; leave it unchanged to give up. What could not be saved is kept in a file, whose name is printed.`,
    examples: `# A deployment, in vi
kubectl edit deployment/web

# In another editor
KUBE_EDITOR=nano kubectl edit service/web

# As JSON
kubectl edit configmap/settings -o json

# Keep what is saved for a later apply, too
kubectl edit deployment/web --save-config`,
  },
  replace: {
    long: `Put a whole manifest in an object's place: whatever it does not say is gone.

The object must exist. With --force it is deleted and made anew, which also changes what can not be changed otherwise.`,
    examples: `# Put this in place of what is there
kubectl replace -f settings.yaml

# The same from another program
kubectl get configmap settings -o yaml | sed 's/colour: red/colour: blue/' | kubectl replace -f -

# Delete the pod and make it anew
kubectl replace --force -f pod.yaml`,
  },
  patch: {
    long: `Change some fields of an object, and leave the others.

A patch is of one of three types. strategic, the usual one, knows lists whose items have names, and merges them; merge replaces lists as a whole and takes fields away with null; json is a list of operations on paths. Custom resources know the last two.`,
    examples: `# One field
kubectl patch deployment web -p '{"spec":{"replicas":3}}'

# One container of several, found by its name
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:1.27"}]}}}}'

# Take a field away
kubectl patch configmap settings --type=merge -p '{"data":{"old":null}}'

# Operations on paths
kubectl patch service web --type=json -p '[{"op":"replace","path":"/spec/ports/0/port","value":8080}]'

# A subresource
kubectl patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'`,
  },
  delete: {
    long: `Delete objects: by name, by label, by manifest, or all of a kind.

Pods are asked to stop first and have their grace period for it; delete waits until they are gone. What an object owns (a Deployment its ReplicaSets, those their pods) goes with it: in the background, before it with --cascade=foreground, or not at all with --cascade=orphan.

--force with --grace-period=0 strikes a pod off the list at once, while its containers may go on on a node that nobody reaches.`,
    examples: `# One by name, several of two kinds
kubectl delete pod solo
kubectl delete service,configmap -l app=old

# Whatever a file describes
kubectl delete -f shop.yaml

# All pods of the namespace, without waiting
kubectl delete pods --all --wait=false

# With a second to stop
kubectl delete pod lazy --now

# Leave the pods of a deployment running
kubectl delete deployment keep --cascade=orphan`,
  },
  diff: {
    long: `Show what an apply would change, before it does.

The server is asked in a dry run, so its defaults and admission are in the answer. The code is 0 where nothing differs, 1 where something does, and more when it failed. KUBECTL_EXTERNAL_DIFF names another program than diff -u -N; values of secrets are shown as stars.`,
    examples: `# Before kubectl apply -f web.yaml
kubectl diff -f web.yaml

# A manifest from stdin
cat web.yaml | kubectl diff -f -

# With the objects that --prune would take away
kubectl diff -f manifests/ --prune -l app=shop`,
  },
  kustomize: {
    long: `Print the objects that a folder's kustomization.yaml makes of its resources, generators, patches and components.

What kubectl apply -k would send is what this prints.`,
    examples: `# Of the folder you are in
kubectl kustomize

# Of another, applied
kubectl kustomize overlays/test | kubectl apply -f -

# Each object into a file of a folder
mkdir -p built && kubectl kustomize overlays/test -o built`,
  },
  label: {
    long: `Put labels on objects, change them, or take them away with a dash after the key.

Selectors find objects by their labels: taking a label off a pod takes it out of its service and away from its ReplicaSet. A label that is there already with another value is only changed with --overwrite.`,
    examples: `# A label on a pod
kubectl label pod solo tier=front

# Another value
kubectl label --overwrite pod solo tier=back

# On every pod of the namespace
kubectl label pods --all team=web

# Take it away
kubectl label pod solo tier-

# Only if nobody changed the pod in between
kubectl label pod solo checked=yes --resource-version=$(kubectl get pod solo -o jsonpath={.metadata.resourceVersion})`,
  },
  annotate: {
    long: `Put annotations on objects, change them, or take them away with a dash after the key.

Annotations are notes for people and programs; unlike labels nothing is selected by them, and they may be long.`,
    examples: `# Why a rollout was made, for kubectl rollout history
kubectl annotate deployment web kubernetes.io/change-cause="new colours"

# Another value
kubectl annotate --overwrite deployment web kubernetes.io/change-cause="old colours"

# Take it away
kubectl annotate deployment web kubernetes.io/change-cause-

# List them
kubectl annotate deployment web --list`,
  },
};
