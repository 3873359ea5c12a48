#include "vcpu/vgic.h"
#define W __attribute__((weak))
void vgic_cpu_init(void);
W void vgic_cpu_init(void){}
W void vgic_vm_reset(struct vm *vm){(void)vm;}
W enum mmio_result vgic_mmio(struct vcpu *v, void *d, struct mmio *m){(void)v;(void)d;m->value=0;return MMIO_OK;}
W void vgic_set_spi(struct vm *vm, unsigned int i, bool l){(void)vm;(void)i;(void)l;}
W void vgic_set_ppi(struct vcpu *v, unsigned int i, bool l){(void)v;(void)i;(void)l;}
W void vgic_inject_cntv(struct vcpu *v){(void)v;}
W bool vgic_pending(struct vcpu *v){(void)v;return false;}
W void vgic_flush(struct vcpu *v){(void)v;}
W void vgic_maintenance(struct vcpu *v){(void)v;}
W void vgic_load(struct vcpu *v){(void)v;}
W void vgic_save(struct vcpu *v){(void)v;}
