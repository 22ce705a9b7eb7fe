package org.platformforge.provisioning.store;

import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Lob;
import javax.persistence.Table;
import javax.persistence.Version;
import org.platformforge.kernel.api.store.InstantConverter;
import org.platformforge.provisioning.domain.Fault;
import org.platformforge.provisioning.domain.Json;
import org.platformforge.provisioning.domain.Resource;
import org.platformforge.provisioning.domain.ResourceStatus;

/**
 * A row of {@code prov_resource}. Fields are changed in this class only: the weaver sees changes nowhere else, and what
 * it does not see is not written.
 */
@Entity(name = "Resource")
@Table(name = "prov_resource")
public class ResourceEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    @Column(name = "provision_id")
    private String provisionId;

    private String name;
    private String type;
    private String engine;
    private String service;
    private String environment;
    private String status;

    @Lob
    @Column(name = "depends_on")
    private String dependsOn;

    @Lob
    private String properties;

    @Lob
    private String outputs;

    @Lob
    @Column(name = "sealed_outputs")
    private String sealedOutputs;

    @Lob
    private String facts;

    @Column(name = "delete_operation_id")
    private String deleteOperationId;

    @Column(name = "error_code")
    private String errorCode;

    @Column(name = "error_message")
    private String errorMessage;

    @Column(name = "created_at")
    @Convert(converter = InstantConverter.class)
    private Instant createdAt;

    @Column(name = "updated_at")
    @Convert(converter = InstantConverter.class)
    private Instant updatedAt;

    @Version
    private long version;

    protected ResourceEntity() {}

    ResourceEntity(Resource resource, Json json) {
        tenantId = resource.tenantId();
        id = resource.id();
        provisionId = resource.provisionId();
        createdAt = resource.createdAt();
        update(resource, json);
    }

    /** Takes over everything that can change. */
    final void update(Resource resource, Json json) {
        name = resource.name();
        type = resource.type();
        engine = resource.engine();
        service = resource.service();
        environment = resource.environment();
        status = resource.status().name();
        dependsOn = json.write(resource.dependsOn());
        properties = json.write(resource.properties());
        outputs = json.write(resource.outputs());
        sealedOutputs = resource.sealedOutputs();
        facts = json.write(resource.facts());
        deleteOperationId = resource.deleteOperationId();
        fault(resource.error());
        updatedAt = resource.updatedAt();
    }

    String tenantId() {
        return tenantId;
    }

    Cursor cursor() {
        return new Cursor(createdAt, id);
    }

    void fail(Fault fault, Instant at) {
        fault(fault);
        updatedAt = at;
    }

    void deleting(String operationId, Instant at) {
        status = ResourceStatus.DELETING.name();
        deleteOperationId = operationId;
        updatedAt = at;
    }

    private void fault(Fault fault) {
        errorCode = fault == null ? null : fault.code();
        errorMessage = fault == null ? null : fault.message();
    }

    Resource toResource(Json json) {
        return new Resource(
                id,
                tenantId,
                provisionId,
                name,
                type,
                engine,
                service,
                environment,
                ResourceStatus.valueOf(status),
                json.readList(dependsOn),
                json.readMap(properties),
                json.readTexts(outputs),
                sealedOutputs,
                json.readTexts(facts),
                deleteOperationId,
                errorCode == null ? null : new Fault(errorCode, errorMessage),
                createdAt,
                updatedAt);
    }
}
