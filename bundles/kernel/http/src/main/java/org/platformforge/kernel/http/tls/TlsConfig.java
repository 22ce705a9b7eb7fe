package org.platformforge.kernel.http.tls;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The keys of {@value #PID}; {@code config/org.platformforge.kernel.http.tls.cfg} explains each. */
@ObjectClassDefinition(id = TlsConfig.PID, name = "Platform Forge HTTPS")
public @interface TlsConfig {
    String PID = "org.platformforge.kernel.http.tls";

    @AttributeDefinition(description = "Port of HTTPS; 0 for none")
    int port() default 0;

    @AttributeDefinition(description = "Address HTTPS listens on")
    String address() default "127.0.0.1";

    @AttributeDefinition(description = "PEM file with the certificate and its chain, or a PKCS #12 file")
    String certificate() default "";

    @AttributeDefinition(description = "PEM file with the private key; empty for PKCS #12")
    String key() default "";

    @AttributeDefinition(
            type = AttributeType.PASSWORD,
            description = "Password of the PKCS #12 file, or of an encrypted key")
    String password() default "";

    @AttributeDefinition(description = "TLS versions")
    String[] protocols() default {"TLSv1.3", "TLSv1.2"};

    @AttributeDefinition(description = "Cipher suites; empty for those with forward secrecy and AEAD")
    String[] ciphers() default {};

    @AttributeDefinition(description = "Seconds between two looks at the files of the certificate")
    int check_seconds() default 5;

    @AttributeDefinition(description = "Days before its end from which the certificate is called out")
    int warn_days() default 14;

    @AttributeDefinition(description = "What HTTP does while HTTPS is open: serve or redirect")
    String http() default "serve";

    @AttributeDefinition(description = "Port of HTTPS in redirects; 0 for the port it listens on")
    int public_port() default 0;
}
