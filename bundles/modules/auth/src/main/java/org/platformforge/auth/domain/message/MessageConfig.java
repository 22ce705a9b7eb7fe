package org.platformforge.auth.domain.message;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** How e-mail and SMS are sent, {@code config/org.platformforge.auth.messages.cfg}. */
@ObjectClassDefinition(id = MessageConfig.PID, name = "Platform Forge: auth, messages")
public @interface MessageConfig {
    String PID = "org.platformforge.auth.messages";

    @AttributeDefinition(name = "Host of the mail server; empty writes e-mail to the outbox folder")
    String mail_host() default "";

    @AttributeDefinition(name = "Port of the mail server")
    int mail_port() default 587;

    @AttributeDefinition(name = "starttls (refused without), tls or none")
    String mail_security() default "starttls";

    @AttributeDefinition(name = "User at the mail server; empty for none")
    String mail_user() default "";

    @AttributeDefinition(type = AttributeType.PASSWORD, name = "Password at the mail server")
    String mail_password() default "";

    @AttributeDefinition(name = "Address that e-mail comes from")
    String mail_from() default "platform-forge@localhost";

    @AttributeDefinition(name = "Seconds that each step of sending may take", min = "1")
    int mail_timeout_seconds() default 10;

    @AttributeDefinition(name = "Address of the SMS gateway; empty writes SMS to the outbox folder")
    String sms_url() default "";

    @AttributeDefinition(type = AttributeType.PASSWORD, name = "Bearer token of the SMS gateway; empty for none")
    String sms_token() default "";

    @AttributeDefinition(name = "Sender of an SMS")
    String sms_from() default "";

    @AttributeDefinition(name = "Folder for what nobody is configured to carry")
    String outbox_folder() default "data/outbox";

    @AttributeDefinition(name = "Hours that sending is tried for", min = "1")
    int retry_hours() default 24;
}
