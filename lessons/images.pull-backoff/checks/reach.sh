ip=$(kubectl get pod web -o jsonpath='{.status.podIP}')
[ -n "$ip" ] || { echo "web has no address"; exit 1; }
kubectl run probe --rm -i --restart=Never --image=busybox -q -- wget -qO- -T 2 "$ip" | grep -q nginx
