package org.platformforge.provisioning.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeSet;
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
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionStatus;

/**
 * A row of {@code prov_provision}. Fields are changed in this class only: the weaver sees changes nowhere else, and
 * what it does not see is not written.
 */
@Entity(name = "Provision")
@Table(name = "prov_provision")
public class ProvisionEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    private String tenantId;

    @Id
    private String id;

    private String template;

    @Column(name = "template_version")
    private String templateVersion;

    private String service;
    private String environment;
    private String status;

    @Lob
    private String parameters;

    @Lob
    @Column(name = "sealed_parameters")
    private String sealedParameters;

    @Lob
    private String definition;

    @Lob
    @Column(name = "resource_ids")
    private String resourceIds;

    @Lob
    private String engines;

    @Lob
    private String outputs;

    @Lob
    @Column(name = "sealed_outputs")
    private String sealedOutputs;

    @Column(name = "operation_id")
    private String operationId;

    @Column(name = "estimated_seconds")
    private long estimatedSeconds;

    @Column(name = "error_code")
    private String errorCode;

    @Column(name = "error_message")
    private String errorMessage;

    @Column(name = "created_by")
    private String createdBy;

    @Column(name = "created_at")
    @Convert(converter = InstantConverter.class)
    private Instant createdAt;

    @Column(name = "finished_at")
    @Convert(converter = InstantConverter.class)
    private Instant finishedAt;

    @Version
    private long version;

    protected ProvisionEntity() {}

    ProvisionEntity(Provision provision, Json json) {
        tenantId = provision.tenantId();
        id = provision.id();
        template = provision.template();
        templateVersion = provision.templateVersion();
        service = provision.service();
        environment = provision.environment();
        status = provision.status().name();
        parameters = json.write(provision.parameters());
        sealedParameters = provision.sealedParameters();
        definition = provision.definition();
        resourceIds = json.write(provision.resourceIds());
        engines = json.write(provision.engines());
        outputs = json.write(provision.outputs());
        sealedOutputs = provision.sealedOutputs();
        operationId = provision.operationId();
        estimatedSeconds = provision.estimate().toSeconds();
        fault(provision.error());
        createdBy = provision.createdBy();
        createdAt = provision.createdAt();
        finishedAt = provision.finishedAt();
    }

    String tenantId() {
        return tenantId;
    }

    Cursor cursor() {
        return new Cursor(createdAt, id);
    }

    boolean is(ProvisionStatus expected) {
        return status.equals(expected.name());
    }

    void become(ProvisionStatus next) {
        status = next.name();
    }

    void restart(Duration estimate) {
        become(ProvisionStatus.IN_PROGRESS);
        finishedAt = null;
        estimatedSeconds = estimate.toSeconds();
        fault(null);
    }

    void addEngine(String engine, Json json) {
        TreeSet<String> all = new TreeSet<>(json.readList(engines));
        all.add(engine);
        engines = json.write(all);
    }

    void outputs(Map<String, String> values, String sealed, Json json) {
        outputs = json.write(values);
        sealedOutputs = sealed;
    }

    private void fault(Fault fault) {
        errorCode = fault == null ? null : fault.code();
        errorMessage = fault == null ? null : fault.message();
    }

    Provision toProvision(Json json) {
        return new Provision(
                id,
                tenantId,
                template,
                templateVersion,
                service,
                environment,
                ProvisionStatus.valueOf(status),
                json.readMap(parameters),
                sealedParameters,
                definition,
                json.readTexts(resourceIds),
                json.readList(engines),
                json.readTexts(outputs),
                sealedOutputs,
                operationId,
                Duration.ofSeconds(estimatedSeconds),
                errorCode == null ? null : new Fault(errorCode, errorMessage),
                createdBy,
                createdAt,
                finishedAt);
    }
}
