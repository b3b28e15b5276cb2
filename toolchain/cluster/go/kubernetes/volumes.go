package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	core "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	provisioner      = "planewatch.dev/local"
	provisionedBy    = "pv.kubernetes.io/provisioned-by"
	wantedFrom       = "volume.kubernetes.io/storage-provisioner"
	retryEvery       = 15 * time.Second
	hostnameLabel    = "kubernetes.io/hostname"
	onlyOwnerAndRoot = 0o770
)

// volumes gives every claim of our storage class a folder as a volume of type "local". Unlike the in-tree host-path
// provisioner's volumes these get the pod's fsGroup, as network disks do, so that a non-root pod can write.
type volumes struct {
	client kubernetes.Interface
	folder string
	node   string
}

func localVolumes() int {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	folder := flag.String("folder", "", "where volumes are made")
	node := flag.String("node", "", "name of the node that this is")
	flag.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	v := &volumes{client: kubernetes.NewForConfigOrDie(config), folder: *folder, node: *node}
	factory := informers.NewSharedInformerFactory(v.client, retryEvery)
	claims := factory.Core().V1().PersistentVolumeClaims().Informer()
	made := factory.Core().V1().PersistentVolumes().Informer()
	handle := func(informer cache.SharedIndexInformer, act func(context.Context, any) error) {
		each := func(object any) {
			if err := act(ctx, object); err != nil {
				fmt.Fprintln(os.Stderr, err) // tried again at the next resynchronisation
			}
		}
		informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    each,
			UpdateFunc: func(_, object any) { each(object) },
		})
	}
	handle(claims, v.provision)
	handle(claims, v.grow)
	handle(made, v.reclaim)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	fmt.Println("watching claims")
	<-ctx.Done()
	return 0
}

// provision makes the volume that a claim asks us for. The annotation is set by the volume controller once the class's
// binding mode allows it (with WaitForFirstConsumer: once the scheduler chose the node).
func (v *volumes) provision(ctx context.Context, object any) error {
	claim := object.(*core.PersistentVolumeClaim)
	if claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil || claim.Annotations[wantedFrom] != provisioner {
		return nil
	}
	class, err := v.client.StorageV1().StorageClasses().Get(ctx, *claim.Spec.StorageClassName, meta.GetOptions{})
	if err != nil {
		return err
	}
	name := "pvc-" + string(claim.UID)
	path := filepath.Join(v.folder, name)
	if err := os.MkdirAll(path, onlyOwnerAndRoot); err != nil {
		return err
	}
	_, err = v.client.CoreV1().PersistentVolumes().Create(ctx, v.volume(name, path, claim, class), meta.CreateOptions{})
	if err != nil && !errors.IsAlreadyExists(err) {
		return fmt.Errorf("volume for claim %s/%s: %w", claim.Namespace, claim.Name, err)
	}
	return nil
}

func (v *volumes) volume(name, path string, claim *core.PersistentVolumeClaim, class *storage.StorageClass) *core.PersistentVolume {
	here := core.NodeSelectorRequirement{Key: hostnameLabel, Operator: core.NodeSelectorOpIn, Values: []string{v.node}}
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: provisioner}},
		Spec: core.PersistentVolumeSpec{
			AccessModes: claim.Spec.AccessModes,
			Capacity:    core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			ClaimRef: &core.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			PersistentVolumeReclaimPolicy: *class.ReclaimPolicy,
			PersistentVolumeSource:        core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			StorageClassName:              class.Name,
			VolumeMode:                    claim.Spec.VolumeMode,
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{
				NodeSelectorTerms: []core.NodeSelectorTerm{{MatchExpressions: []core.NodeSelectorRequirement{here}}},
			}},
		},
	}
}

// grow makes a volume of ours as large as its claim has become. A folder takes what its disk has, so that only the figures
// change: the volume's first, then what the claim says that it has got, which nobody else sets for such volumes.
func (v *volumes) grow(ctx context.Context, object any) error {
	claim := object.(*core.PersistentVolumeClaim).DeepCopy()
	wanted, has := claim.Spec.Resources.Requests[core.ResourceStorage], claim.Status.Capacity[core.ResourceStorage]
	if claim.Status.Phase != core.ClaimBound || claim.DeletionTimestamp != nil || wanted.Cmp(has) <= 0 {
		return nil
	}
	volume, err := v.client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, meta.GetOptions{})
	if err != nil || volume.Annotations[provisionedBy] != provisioner {
		return err
	}
	if size := volume.Spec.Capacity[core.ResourceStorage]; size.Cmp(wanted) < 0 {
		volume.Spec.Capacity[core.ResourceStorage] = wanted
		if _, err := v.client.CoreV1().PersistentVolumes().Update(ctx, volume, meta.UpdateOptions{}); err != nil {
			return fmt.Errorf("volume of claim %s/%s: %w", claim.Namespace, claim.Name, err)
		}
	}
	claim.Status.Capacity[core.ResourceStorage] = wanted
	claim.Status.Conditions = nil
	_, err = v.client.CoreV1().PersistentVolumeClaims(claim.Namespace).UpdateStatus(ctx, claim, meta.UpdateOptions{})
	// The kubelet says the same of a volume in use, and may have been first.
	if err != nil && !errors.IsConflict(err) {
		return fmt.Errorf("size of claim %s/%s: %w", claim.Namespace, claim.Name, err)
	}
	return nil
}

// reclaim deletes a volume whose claim is gone, where its policy says so.
func (v *volumes) reclaim(ctx context.Context, object any) error {
	volume := object.(*core.PersistentVolume)
	if volume.Status.Phase != core.VolumeReleased || volume.DeletionTimestamp != nil ||
		volume.Annotations[provisionedBy] != provisioner ||
		volume.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete {
		return nil
	}
	if err := os.RemoveAll(filepath.Join(v.folder, volume.Name)); err != nil {
		return err
	}
	err := v.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{})
	if err != nil && !errors.IsNotFound(err) {
		return err
	}
	return nil
}
