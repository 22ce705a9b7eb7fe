package org.platformforge.provisioning.store;

import java.time.Duration;
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
import org.platformforge.provisioning.domain.Provision;
import org.platformforge.provisioning.domain.ProvisionStatus;

@Entity(name = "Provision")
@Table(name = "prov_provision")
public class ProvisionEntity {
    @Column(name = "tenant_id", nullable = false, updatable = false)
    String tenantId;

    @Id
    String id;

    String template;

    @Column(name = "template_version")
    String templateVersion;

    String service;
    String environment;
    String status;

    @Lob
    String parameters;

    @Lob
    @Column(name = "sealed_parameters")
    String sealedParameters;

    @Lob
    String definition;

    @Lob
    @Column(name = "resource_ids")
    String resourceIds;

    @Lob
    String engines;

    @Lob
    String outputs;

    @Lob
    @Column(name = "sealed_outputs")
    String sealedOutputs;

    @Column(name = "operation_id")
    String operationId;

    @Column(name = "estimated_seconds")
    long estimatedSeconds;

    @Column(name = "error_code")
    String errorCode;

    @Column(name = "error_message")
    String errorMessage;

    @Column(name = "created_by")
    String createdBy;

    @Column(name = "created_at")
    @Convert(converter = InstantConverter.class)
    Instant createdAt;

    @Column(name = "finished_at")
    @Convert(converter = InstantConverter.class)
    Instant finishedAt;

    @Version
    long version;

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

    void fault(Fault fault) {
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
