package org.platformforge.auth.domain.message;

import com.sun.mail.smtp.SMTPAddressFailedException;
import com.sun.mail.smtp.SMTPSendFailedException;
import com.sun.mail.smtp.SMTPTransport;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Properties;
import javax.activation.DataHandler;
import javax.mail.Message.RecipientType;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.MimeMessage;
import javax.mail.util.ByteArrayDataSource;

/** Sends e-mail through a mail server (SMTP, RFC 5321), one connection a message. */
final class SmtpSender implements Sender {
    private final MessageConfig config;
    private final Session session;

    SmtpSender(MessageConfig config) {
        this.config = config;
        this.session = Session.getInstance(properties(config));
    }

    private static Properties properties(MessageConfig config) {
        String time = Integer.toString(config.mail_timeout_seconds() * 1000);
        Properties properties = new Properties();
        properties.put("mail.smtp.connectiontimeout", time);
        properties.put("mail.smtp.timeout", time);
        properties.put("mail.smtp.writetimeout", time);
        boolean startTls = "starttls".equals(config.mail_security());
        properties.put("mail.smtp.starttls.enable", Boolean.toString(startTls));
        properties.put("mail.smtp.starttls.required", Boolean.toString(startTls));
        properties.put("mail.smtp.ssl.enable", Boolean.toString("tls".equals(config.mail_security())));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        return properties;
    }

    @Override
    public void send(Message message) throws DeliveryException {
        // The transport by its class: looking providers up goes through the context class loader, which is not the
        // bundle's.
        try (SMTPTransport transport = new SMTPTransport(session, null)) {
            MimeMessage mail = mail(message);
            String user = config.mail_user();
            transport.connect(
                    config.mail_host(),
                    config.mail_port(),
                    user.isBlank() ? null : user,
                    user.isBlank() ? null : config.mail_password());
            transport.sendMessage(mail, mail.getAllRecipients());
        } catch (MessagingException e) {
            throw new DeliveryException("The mail server did not take it: " + e.getMessage(), isPermanent(e), e);
        }
    }

    private MimeMessage mail(Message message) throws MessagingException {
        MimeMessage mail = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", '<' + message.id() + "@platform-forge>");
            }
        };
        mail.setFrom(new InternetAddress(config.mail_from(), true));
        mail.setRecipient(RecipientType.TO, new InternetAddress(message.to(), true));
        mail.setSubject(message.subject(), StandardCharsets.UTF_8.name());
        mail.setSentDate(new Date());
        mail.setHeader("Auto-Submitted", "auto-generated");
        // As bytes: a text would ask the mailcap registry, which does not know its handlers in OSGi.
        byte[] text = message.text().getBytes(StandardCharsets.UTF_8);
        mail.setDataHandler(new DataHandler(new ByteArrayDataSource(text, "text/plain; charset=UTF-8")));
        mail.saveChanges();
        return mail;
    }

    /** A reply of the class 5yz to the recipient, or to the message. */
    private static boolean isPermanent(MessagingException failure) {
        for (Exception e = failure; e != null; e = e instanceof MessagingException m ? m.getNextException() : null) {
            if (e instanceof SMTPAddressFailedException address && address.getReturnCode() / 100 == 5) {
                return true;
            }
            if (e instanceof SMTPSendFailedException send
                    && send.getReturnCode() / 100 == 5
                    && send.getNextException() == null) {
                return true;
            }
        }
        return false;
    }
}
