"""The names of the demonstration town: people, places, streets. Invented persons; any likeness is chance."""


def _liste(texte: str) -> tuple[str, ...]:
    return tuple(" ".join(nom.split()) for nom in texte.split(","))


ECOLES = _liste("""
    Jean-Zay, Louise-Michel, Jules-Ferry, Simone-Veil, Jacques-Prévert, Rosa-Parks, Lucie-Aubrac,
    Jean-Moulin, Pauline-Kergomard, Robert-Desnos, Marie-Curie, Antoine-de-Saint-Exupéry,
    Olympe-de-Gouges, George-Sand, Jean-Jaurès, Anne-Frank, Célestin-Freinet, Germaine-Tillion,
    Aimé-Césaire, Joséphine-Baker, Victor-Hugo, Irène-Joliot-Curie, Charles-Perrault, Berthe-Morisot,
    Émile-Zola, Françoise-Dolto, Louis-Pasteur, Colette, Jean-de-La-Fontaine,
    Geneviève-de-Gaulle-Anthonioz, Nelson-Mandela, Alice-Guy, Paul-Éluard, Maryam-Mirzakhani,
    Missak-Manouchian, Suzanne-Lacore
""")

CENTRES = _liste("""
    les Tilleuls, la Ferme du Bois, le Moulin, les Hirondelles, l’Île aux Moineaux, le Clos des Vignes,
    la Prairie, les Peupliers, le Belvédère, la Roseraie, le Vieux Port, les Coquelicots
""")

RUES = _liste("""
    rue du Pont, rue des Mariniers, quai de la Loire, place du Marché, rue de l’Abbaye, allée des
    Saules, rue Jeanne-d’Arc, avenue de la Gare, chemin des Vignes, rue du 8-Mai-1945
""")

METIERS = _liste("""
    Infirmière, Boulanger, Professeure des écoles, Menuisier, Comptable, Aide-soignante, Conducteur de bus,
    Maraîchère, Ingénieur, Libraire, Éducatrice, Plombier, Pharmacienne, Cuisinier, Graphiste, Vendeuse
""")

EMPLOYEURS = _liste("""
    Hôpital de la Loire, Boulangerie du Pont, Académie, Ateliers Morin, Transports du Val, Librairie du Quai,
    Ferme des Vignes, à son compte, Pharmacie de la Gare, Coopérative agricole, Mairie de Saint-Alban
""")

MEDECINS = _liste("""
    Docteur Anne Roy, Docteur Paul Marchand, Docteur Leïla Haddad, Docteur Hugo Perrin,
    Maison de santé du Pont
""")

PRENOMS_ENFANTS = _liste("""
    Adam, Adèle, Agathe, Aïcha, Alba, Alexandre, Alice, Alix, Alma, Ambre, Amélie, Amir, Anaïs, Andréa,
    Anna, Anouk, Antoine, Apolline, Aria, Arthur, Assia, Augustin, Axel, Ayoub, Baptiste, Basile,
    Béatrice, Bilal, Blanche, Camille, Capucine, Célestine, Célia, Charlie, Charlotte, Chloé, Clara,
    Clémence, Côme, Constance, Daphné, Diane, Éden, Édouard, Élie, Élise, Ella, Éloïse, Emma, Émile,
    Enzo, Esteban, Eva, Ézio, Fatou, Félix, Gabin, Gabriel, Gabrielle, Gaspard, Gaël, Giulia, Hadrien,
    Hanaé, Hannah, Héloïse, Hugo, Ibrahim, Ilyes, Imane, Inaya, Iris, Isaac, Ismaël, Jade,
    Jean-Baptiste, Jeanne, Joseph, Joséphine, Judith, Jules, Julia, Kaïs, Kenza, Khadija, Lana, Laura,
    Lénaïg, Léo, Léon, Léonie, Lina, Linh, Lise, Loan, Loïs, Lola, Lou, Lou-Anne, Louane, Louis, Louise,
    Lucas, Lucie, Lya, Maé, Maël, Maëlys, Maïwenn, Malo, Manon, Margaux, Margot, Marguerite, Marie-Lou,
    Marin, Marius, Martin, Mathilde, Mathis, Maxence, Maya, Milo, Mila, Mina, Mohamed, Moussa, Naël,
    Naïm, Nathan, Nélia, Nina, Noah, Noam, Noé, Noélie, Noémie, Nolan, Noor, Octave, Olivia, Oscar,
    Paul, Pauline, Philomène, Pia, Raphaël, Rayan, Robin, Romane, Romy, Rose, Roxane, Sacha, Salomé,
    Samuel, Sarah, Sidonie, Simon, Sofia, Solène, Soline, Suzanne, Swann, Tao, Théa, Théo, Thiago,
    Thomas, Tiago, Timéo, Titouan, Tom, Valentin, Valentine, Victoire, Victor, Yaël, Yanis, Youssef,
    Zacharie, Zélie, Zoé
""")

PRENOMS_ADULTES = _liste("""
    Abdel, Adeline, Adrien, Agnès, Alexandra, Alexis, Amandine, Amina, Anaëlle, André, Angélique, Anne,
    Anne-Laure, Anne-Sophie, Anthony, Arnaud, Audrey, Aurélie, Aurélien, Awa, Baptiste, Benjamin,
    Benoît, Bérengère, Camille, Carine, Caroline, Catherine, Cécile, Cédric, Céline, Charlène,
    Christelle, Christophe, Claire, Clément, Coralie, Cyril, Damien, David, Delphine, Diana, Élodie,
    Emeline, Émilie, Emmanuel, Éric, Estelle, Fabien, Fabrice, Fanny, Farid, Fatima, Florence, Florian,
    Franck, François-Xavier, Gaëlle, Géraldine, Grégory, Guillaume, Gwenaëlle, Hélène, Hervé, Hoa,
    Ingrid, Ioana, Isabelle, Jean-Philippe, Jérémy, Jérôme, Joël, Jonathan, Judith, Julie, Karim,
    Karine, Katarzyna, Laëtitia, Laure, Laurent, Leïla, Ludovic, Magali, Malika, Mamadou, Marc, Marie,
    Marie-Ange, Marie-Hélène, Marina, Marion, Mathieu, Maud, Mehdi, Mélanie, Mickaël, Mohamed, Morgane,
    Myriam, Nadège, Nadia, Nassim, Nathalie, Nicolas, Olivier, Ousmane, Pascal, Patricia, Pierre,
    Pierre-Yves, Quentin, Rachid, Raphaëlle, Régis, Renaud, Romain, Sabrina, Samia, Samir, Sandrine,
    Sébastien, Séverine, Simon, Sofiane, Solenne, Sonia, Soraya, Stéphane, Stéphanie, Sylvain, Thi Mai,
    Thibault, Tiphaine, Valérie, Vanessa, Vincent, Virginie, Wassim, Xavier, Yann, Yasmina, Yohan,
    Youcef, Yves, Zohra
""")

NOMS = _liste("""
    Aït Ahmed, Albert, Alves, Amrani, André, Antoine, Arnaud, Aubert, Aubry, Auger, Bailly, Barbier,
    Baron, Barre, Barry, Baudry, Bazin, Béchu, Belkacem, Benali, Benoît, Berger, Bernard, Berthelot,
    Bertin, Besnard, Besson, Blanchard, Blondel, Bonnet, Bouchet, Boucher, Boulanger, Bouvier, Boyer,
    Breton, Briand, Brunet, Camara, Carlier, Caron, Carpentier, Chen, Chauvin, Chevalier, Cissé,
    Clément, Cohen, Colas, Collet, Cordier, Cornu, Costa, Coulibaly, Coutant, d'Almeida, Da Costa, Da
    Silva, Daniel, David, De Oliveira, Delaunay, Delmas, Deschamps, Descamps, Diallo, Diarra, Dias,
    Diop, d'Ormesson, Doucet, Drouet, Dubois, Dufour, Dumas, Dupont-Aignel, Durand, Duval, El Amrani,
    Esnault, Étienne, Evrard, Faure, Fernandes, Ferrand, Fleury, Fontaine, Fournier, François, Gaillard,
    Gallet, Garcia, Gaudin, Gauthier, Gérard, Germain, Gilbert, Girard, Giraud, Gomes, Gonçalves,
    Grégoire, Grondin, Guérin, Guéguen, Guillon, Guillot, Haddad, Hamel, Hamon, Hardy, Hébert, Henry,
    Hernandez, Hervé, Hoarau, Huet, Ivanov, Jacob, Jacquet, Jolivet, Joly, Jourdan, Julien, Kaczmarek,
    Kaya, Keita, Khelifi, Kone, Kouassi, Kowalski, Lacroix, Lambert, Lamy, Langlois, Laurent, Le Bihan,
    Le Gall, Le Goff, Le Roux, Lebreton, Leclerc, Lefèvre, Lemaître, Lemoine, Leroy, Lesage, L'Hostis,
    Lopes, Lopez, Louis, Lucas, Maillard, Mallet, Marchand, Marie-Sainte, Marques, Martel, Martin,
    Martinez, Martins, Masson, Mathieu, Mebarki, Mendes, Ménard, Mercier, Meunier, Meyer, Michaud,
    Monnier, Morel, Morin, Moulin, Muller, Navarro, N'Diaye, N'Guessan, Nguyen, Nicolas, Noël, Ollivier,
    Ouédraogo, Özdemir, Paris, Pasquier, Payet, Pelletier, Pereira, Perez, Perrin, Petit, Pham, Picard,
    Pichon, Pineau, Poirier, Popescu, Prévost, Rahmani, Ramdani, Raynaud, Régnier, Renard, Renault, Rey,
    Ribeiro, Richard, Rivière, Robin, Roche, Rodrigues, Roger, Rolland, Rousseau, Roussel, Roux, Royer,
    Saïdi, Sanchez, Santos, Saunier, Schmitt, Sissoko, Slimani, Soares, Sow, Tanguy, Teixeira, Tessier,
    Thébault, Thomas, Touré, Tran, Traoré, Vallée, Vasseur, Verdier, Vidal, Villeneuve-Brochant,
    Vincent, Wagner, Weber, Yılmaz, Zhang, Zidane, Zimmermann
""")
